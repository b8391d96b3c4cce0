"""The headers of `core` are those of its law: the kind by the enactment's own words, the days of each text."""

from __future__ import annotations

import datetime as dt

import pytest

from overt.controls import Authority, Control, find_pack, read_pack

CORE = {control.id: control for control in read_pack(find_pack("core")).controls}
_REASON = ", as the reason, not as the rule"
_ENACTMENTS = (
    "Data Protection Act",
    "Regulation of Investigatory",
    "Children Act",
    "Equality Act",
    "Human Rights Act",
    "Police, Crime, Sentencing and Courts Act",
)
# The enactment's own words make the row a breach, or (OV-01, OV-26) a regulator found one on these facts.
STATUTE = {"01", "02", "04", "10", "20", "26", "28", "35", "36", "40", "42", "45", "49", "50", "51", "54", "55b"}
STATUTE |= {"57b", "60a", "60b", "61", "62", "63", "64", "65", "66", "67", "68", "69", "70", "71", "72", "73", "74"}
STATUTE |= {"75"}
# One by one from the acts that brought each text in: the control, the day, what is cited then and what is not yet.
DAYS = (
    ("OV-51", "2025-08-18", "with the justification", "as amended"),
    ("OV-51", "2025-08-19", "without the justification", "with the justification"),
    ("OV-50", "2025-08-18", "s.62(1)", "as amended"),
    ("OV-50", "2025-08-19", "s.62(1), as amended", None),
    ("OV-50", "2023-05-05", "Sch 20 para 14", None),
    ("OV-50", "2023-05-06", "s.62(1)", "Sch 20"),
    ("OV-60b", "2025-09-04", "s.45(4), (7)", "as amended"),
    ("OV-60b", "2025-09-05", "s.45(4), (7), as amended", None),
    ("OV-60a", "2026-02-04", "s.54", "as amended"),
    ("OV-60a", "2026-02-05", "s.54, as amended", None),
    ("OV-57", "2026-02-04", "ss.49-50", "50A"),
    ("OV-57", "2026-02-05", "ss.50A-50D", "49-50"),
    ("OV-57b", "2026-02-04", "s.49", "50A"),
    ("OV-57b", "2026-02-05", "ss.50A-50B", "s.49"),
    ("OV-71", "2026-02-04", "s.50", "50C"),
    ("OV-71", "2026-02-05", "s.50C", None),
    ("OV-28", "2018-05-24", None, "s.48(9)"),
    ("OV-28", "2018-05-25", "s.48(9)", None),
    ("OV-35", "2025-08-18", "s.35(3)-(5)", "s.40A"),
    ("OV-35", "2025-08-19", "s.40A", "as amended"),
    ("OV-35", "2025-08-20", "s.35(3)-(5), as amended", None),
    ("OV-47", "2026-02-04", "s.36(1)", "as amended"),
    ("OV-47", "2026-02-05", "s.36(1), as amended", None),
    ("OV-45", "2018-05-30", "Regulation of Investigatory Powers Act 2000 s.1", "Investigatory Powers Act 2016"),
    ("OV-45", "2018-05-31", "Investigatory Powers Act 2016 s.6", "2016 s.3"),
    ("OV-45", "2018-06-26", "Regulation of Investigatory Powers Act 2000 s.1", "2016 s.3"),
    ("OV-45", "2018-06-27", "Investigatory Powers Act 2016 s.3", "2000 s.1"),
    ("OV-40", "2018-07-19", "one month", "four months"),
    ("OV-40", "2018-07-20", "four months", "one month"),
    ("OV-01", "2018-05-24", "Data Protection Act 1998", "Data Protection Act 2018"),
    ("OV-01", "2018-05-25", "Data Protection Act 2018", "Data Protection Act 1998"),
    ("OV-33", "2005-09-30", None, "Children Act"),
    ("OV-33", "2005-10-01", "Children Act 2004 s.11(2), England", None),
)


@pytest.mark.parametrize("control", CORE.values(), ids=CORE)
def test_a_statute_only_where_its_words_make_a_breach(control: Control) -> None:
    """Of every other control each enactment says that it is the reason; of those one at least does not."""
    assert (control.kind is Authority.STATUTE) == (control.id[3:] in STATUTE)
    enactments = [each.citation for each in control.basis if each.citation.startswith(_ENACTMENTS)]
    marked = [each for each in enactments if _REASON in each]
    assert (marked == enactments) == (control.kind is not Authority.STATUTE)
    assert all(each.starts_on for each in control.basis if each.citation.startswith(_ENACTMENTS))


@pytest.mark.parametrize(("control", "day", "cited", "silent"), DAYS)
def test_the_text_of_the_day_is_cited(control: str, day: str, cited: str | None, silent: str | None) -> None:
    """The first and the last day of each text."""
    law = "; ".join(each.citation for each in CORE[control].law_on(dt.date.fromisoformat(day)))
    assert cited is None or cited in law
    assert silent is None or silent not in law


@pytest.mark.parametrize("number", [11, 32, 33, *range(38, 46), "60a", "60b", 72, 73])
def test_limits_name_the_jurisdiction(number: int | str) -> None:
    """Where the law differs inside the United Kingdom."""
    limits = CORE[f"OV-{number}"].limits
    assert any(each in limits for each in ("England", "Scotland", "Scottish", "United Kingdom"))


@pytest.mark.parametrize("number", ["01", "26"])
def test_limits_say_why_it_is_a_statute_where_a_regulator_found_it(number: str) -> None:
    """The sections themselves do not speak of it."""
    assert "because the regulator found a breach on these facts" in CORE[f"OV-{number}"].limits
