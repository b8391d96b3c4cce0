"""The law as data: held to a table of identifiers and periods that was typed apart from it."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from random import Random

import pytest

from overt.controls import Authority, Basis, read_pack, shipped_packs
from overt.law import JURISDICTIONS, read_law, shipped_law, speaks_for
from overt.refusals import Refusal, Refusals

LAW = shipped_law()
CONTROLS = [control for folder in shipped_packs().values() for control in read_pack(folder).controls]
DAYS = [dt.date(1999, 1, 1) + dt.timedelta(days=each) for each in range(365 * 30)]


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


with (Path(__file__).parent / "periods.csv").open(encoding="utf-8", newline="") as stream:
    TABLE = [
        (each["citation"], each["identifier"], _day(each["from"]), _day(each["to"])) for each in csv.DictReader(stream)
    ]


@pytest.mark.parametrize(("citation", "identifier", "first", "last"), TABLE)
def test_a_citation_has_the_identifier_and_the_period_of_the_table(
    citation: str, identifier: str, first: dt.date | None, last: dt.date | None
) -> None:
    """The first day and the last have it; the day before and the day after do not."""
    found = [text for each in LAW.cited(citation) for text in each.texts if text.identifier == identifier]
    assert {(each.starts_on, each.ends_on) for each in found if each.starts_on == first} == {(first, last)}
    for edge, step in ((first, -1), (last, 1)):
        if edge:
            on_it, beyond = edge, edge + dt.timedelta(days=step)
            assert any(text.covers(on_it) for text in found)
            assert not any(text.covers(beyond) for text in found if text.starts_on == first)


def test_a_hundred_controls_on_a_hundred_days_cite_the_text_of_that_day() -> None:
    """Each text that a control has on a day is one of the table's for that day, if the table has it at all."""
    listed = {identifier for _, identifier, _, _ in TABLE}
    draw, held = Random(15), 0
    while held < 100:
        control, day = draw.choice(CONTROLS), draw.choice(DAYS)
        for text in (text for basis in control.law_on(day) for text in basis.texts):
            assert text.covers(day), (control.id, day, text)
            if text.identifier in listed:
                held += 1
                rows = {(first, last) for _, name, first, last in TABLE if name == text.identifier}
                assert (text.starts_on, text.ends_on) in rows, (control.id, day, text)


def test_no_control_cites_what_was_not_law_that_day() -> None:
    """On a thousand days, no provision before its first day or after its last; none that is known is without a text."""
    draw = Random(8)
    for day in draw.sample(DAYS, 1000):
        for control in CONTROLS:
            for basis in control.law_on(day):
                # A controller's own policy need be known to nobody else.
                assert basis.texts or control.kind is Authority.OWN_POLICY, (control.id, basis)
                for each in LAW.cited(basis.citation):
                    text = each.on(day)
                    assert text is None or text in basis.texts, (control.id, day, basis)
                assert all(text.covers(day) for text in basis.texts), (control.id, day, basis)


def test_one_day_has_one_text() -> None:
    """The texts of a provision follow one another, and each is later than the one before it."""
    for each in LAW:
        for before, after in zip(each.texts, each.texts[1:], strict=False):
            assert before.ends_on is not None
            assert after.starts_on == before.ends_on + dt.timedelta(days=1), each.title


@pytest.mark.parametrize(
    ("citation", "names"),
    [
        ("Data Protection Act 2018, s.34(3) and s.37", ["s.34", "s.37"]),
        ("Data Protection Act 2018 ss.34, 37 and 38(1)", ["s.34", "s.37", "s.38"]),
        ("Data Protection Act 2018 ss.50A-50D", ["s.50A", "s.50B", "s.50C", "s.50D"]),
        ("Data Protection Act 2018 ss.49-50, which the Data (Use and Access) Act 2025 replaces", ["s.49", "s.50"]),
        ("Data Protection Act 2018 s.62, as amended by the Data (Use and Access) Act 2025 s.82", ["s.62"]),
        ("Data Protection Act 2018 s.38(1): in the words of s.39", ["s.38"]),
        ("Data Protection Act 2018 Sch 8 paras 1-9", ["Sch 8"]),
        ("Data Protection Act 1998 principles 1, 3 and 7", ["principle 1", "principle 3", "principle 7"]),
        ("European Convention on Human Rights arts 8 and 14", ["art 8", "art 14"]),
        ("Police and Criminal Evidence Act 1984, Code A, records of searches", ["Code A"]),
        ("Police and Criminal Evidence Act 1984 s.3(6)(a)(i)", ["s.3(6)"]),
        ("Code de procédure pénale art 230-8", ["art 230-8"]),
        ("Code de procédure pénale arts 230-6 and 230-8", ["art 230-6", "art 230-8"]),
        ("Code de procédure pénale art 230-12", []),
        ("Data Protection Act 2018 s.34 and s.999", []),
        ("Data Protection Act 2018", []),
        ("Data Protection Act 20181 s.34", []),
        ("An Act that nobody passed, s.1", []),
    ],
)
def test_what_a_citation_names(citation: str, names: list[str]) -> None:
    """Sections with their parts, several, ranges and remarks; nothing where one of them is not known."""
    found = LAW.cited(citation)
    assert len(found) == len(names)
    assert all(each.title.endswith(name) for each, name in zip(found, names, strict=True)), found


def test_where_law_holds() -> None:
    """Wider law holds in a part; the law of a part does not hold in the whole, nor in another part."""
    assert speaks_for("GB", "GB-ENG")
    assert speaks_for("COE", "GB-SCT")
    assert speaks_for("", "US-CA")
    assert not speaks_for("GB-ENG", "GB")
    assert not speaks_for("GB-EAW", "GB-SCT")
    assert not speaks_for("EU", "GB")
    assert not speaks_for("COE", "US")
    assert all(wider in JURISDICTIONS for _, wider in JURISDICTIONS.values() if wider)


def test_law_that_does_not_hold_in_every_part() -> None:
    """The Act of 2000 on covert collection leaves out Scotland, and the duty of the Act of 2010 Northern Ireland."""
    (covert,) = LAW.cited("Regulation of Investigatory Powers Act 2000 s.43")
    (equality,) = LAW.cited("Equality Act 2010 s.149")
    (data,) = LAW.cited("Data Protection Act 2018 s.38")
    places = ("GB-ENG", "GB-SCT", "GB-NIR")
    assert [covert.holds_in(each) for each in places] == [True, False, True]
    assert [equality.holds_in(each) for each in places] == [True, True, False]
    assert [data.holds_in(each) for each in places] == [True, True, True]
    with pytest.raises(Refusal, match="GB-SCT is no part of US-NY"):
        read_law(OWN.replace('"US-NY"', '"US-NY"\nnot_in = ["GB-SCT"]'), "law.toml")


OWN = """
[[source]]
title = "Act of Nowhere 2001"
jurisdiction = "US-NY"
id = "nowhere/2001"
provisions = [{ cites = ["s.1"], path = "/1/{from}", texts = [{ from = 2001-01-01 }, { from = 2002-01-01 }] }]
"""


def test_law_of_ones_own() -> None:
    """Is read as ours is, and wins where both know a title."""
    law = LAW.with_sources(read_law(OWN, "law.toml"))
    (found,) = law.cited("Act of Nowhere 2001 s.1")
    assert [each.identifier for each in found.texts] == ["nowhere/2001/1/2001-01-01", "nowhere/2001/1/2002-01-01"]
    assert law.cited("Data Protection Act 2018 s.37") == LAW.cited("Data Protection Act 2018 s.37")
    other = LAW.with_sources(read_law(OWN.replace("Act of Nowhere 2001", "Equality Act 2010"), "law.toml"))
    assert other.cited("Equality Act 2010 s.1")[0].texts[0].identifier == "nowhere/2001/1/2001-01-01"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (OWN.replace("US-NY", "Nowhere"), "Nowhere"),
        (OWN.replace("path", "pfad"), "pfad"),
        (OWN.replace("title =", "titel ="), "titel"),
        (OWN.replace("from =", "since ="), "since"),
        (OWN.replace("2001-01-01 }", '"2001" }'), "texts.0.from"),
        (OWN.replace('cites = ["s.1"], ', ""), "cites"),
        (OWN.replace('id = "nowhere/2001"', ""), "id"),
        ("source = 1", "source"),
        ("[[source", "TOML"),
    ],
)
def test_law_that_cannot_be_read_is_refused(bad: str, says: str) -> None:
    """With where, and what was found."""
    with pytest.raises((Refusal, Refusals), match="law-malformed") as refused:
        read_law(bad, "law.toml")
    assert says in str(refused.value)


def test_a_basis_is_known_by_its_texts() -> None:
    """A section that was amended is cited once for each text; its days are those of the citation and of the text."""
    (control,) = [each for each in read_pack(shipped_packs()["core"]).controls if each.id == "OV-09"]
    amended = [each for each in control.basis if each.citation.startswith("Data Protection Act 2018 s.35(1)")]
    assert [(each.starts_on, each.ends_on) for each in amended] == [
        (dt.date(2018, 5, 25), dt.date(2025, 8, 19)),
        (dt.date(2025, 8, 20), None),
    ]
    assert isinstance(amended[0], Basis)
