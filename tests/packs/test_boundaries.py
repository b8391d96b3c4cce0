"""On the last day of one text and the first of the next each control asks what was law then, and quotes it.

Days and citations were written down from the Acts, Orders and regulations; the audit's own window and dates decide.
The second table names the case in which a control's own page answers each boundary, so that none can be taken out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from overt.controls import Settings, Verdict, cases_path, find_pack, read_cases, read_pack, run_control
from overt.controls.engines import DuckDBEngine
from overt.model import TABLES

AS_OF = dt.date(2026, 11, 29)
Rows = dict[str, list[dict[str, Any]]]
_PACE = "Police and Criminal Evidence Act 1984"
_CCR = "California Code of Regulations, title 11"


def search(day: str, **values: Any) -> Rows:
    """One search of a person of which nothing else is recorded."""
    return {"encounter": [{"encounter_id": "E1", "kind": "Person search", "occurred_on": day, **values}]}


def request(received: str, ground: str, answered: str = "2026-03-02", **values: Any) -> Rows:
    """One answer to a person."""
    row = {"request_id": "R1", "kind": "access", "received_on": received, "answered_on": answered, "ground": ground}
    return {"request": [{**row, **values}]}


def step(received: str) -> Rows:
    """A request that was extended with a reason, six days after it came in."""
    done = str(dt.date.fromisoformat(received) + dt.timedelta(6))
    told = {"step_id": "S1", "request_id": "R1", "kind": "extended", "done_on": done, "reason": "eleven requests came"}
    return {"request": [{"request_id": "R1", "kind": "erasure", "received_on": received}], "request_step": [told]}


def corrected(day: str) -> Rows:
    """A disclosure of before the day on which the entry was put right, of which nobody was told."""
    sent = {"disclosure_id": "D1", "entry_id": "E1", "sent_at": "2018-05-01 10:00:00", "recipient": "council-1"}
    made = {"correction_id": "C1", "entry_id": "E1", "kind": "rectified", "on_date": day}
    return {"disclosure": [sent], "correction": [made]}


def machine(day: str, category: str = "vehicle", **values: Any) -> Rows:
    """A significant decision by a machine alone, on one item, for which nothing is recorded."""
    entry = {"entry_id": "E1", "opened_on": day, "decided_by": "automated", "significant": True, **values}
    item = {"item_id": "I1", "entry_id": "E1", "category": category, "collected_on": "2018-01-01"}
    kinds = [{"category": "vehicle", "sensitive": False}, {"category": "health", "sensitive": True}]
    return {"entry": [entry], "item": [item], "category": kinds}


def listing(opened: str, **values: Any) -> Rows:
    """An entry in use with one documented criterion, to be deleted too late."""
    entry = {"entry_id": "E1", "status": "active", "opened_on": opened, "delete_due_on": "2030-01-01", **values}
    item = {"item_id": "I1", "entry_id": "E1", "category": "tattoo", "evidence_ref": "D1", "collected_on": "2020-10-01"}
    return {"entry": [entry], "item": [item]}


@dataclass(frozen=True)
class Boundary:
    """What a control says of rows: breach, quiet, unknown or out of scope; and the beginnings of what it quotes."""

    pack: str
    control: str
    rows: Rows
    says: str
    quotes: tuple[str, ...] = ()


_2015 = (f"{_PACE}, Code A, records of searches from 2015-03-19 to 2023-01-16",)
_JANUARY = (f"{_PACE}, Code A, records of searches from 2023-01-17 to 2023-12-19",)
_DECEMBER = (f"{_PACE}, Code A, records of searches from 2023-12-20 to None",)
_OBJECT, _ASKED = (f"{_PACE} s.3(6)(a)(i) from",), (f"{_PACE} s.3(6)(a)(v), (6A) from",)
_OLD_LAW, _NEW_LAW = "from 2018-05-25 to 2026-02-04", "from 2026-02-05 to None"
_EXEMPTIONS = "from 2025-09-05 to None"
_S54 = "Data Protection Act 2018 s.54"

BOUNDARIES = [
    # PACE s.3(6) in its present form: 6 and 7 March 2011; Code A: 16 and 17 January, 19 and 20 December 2023.
    Boundary("encounters", "EN-19", search("2011-03-06"), "out of scope"),
    Boundary("encounters", "EN-19", search("2011-03-07"), "breach", _OBJECT),
    Boundary("encounters", "EN-07", search("2011-03-06"), "out of scope"),
    Boundary("encounters", "EN-07", search("2011-03-07"), "breach", _ASKED),
    *(
        Boundary("encounters", control, search(day), "breach", (*law, *code))
        for control, law in (("EN-07", _ASKED), ("EN-19", _OBJECT))
        for day, code in (
            ("2023-01-16", _2015), ("2023-01-17", _JANUARY), ("2023-12-19", _JANUARY), ("2023-12-20", _DECEMBER)
        )
    ),
    *(
        Boundary("encounters", "EN-20", search(day), "breach", (f"{_PACE}, Code A, powers to search from {first}",))
        for day, first in (
            ("2023-01-16", "2015-03-19"), ("2023-01-17", "2023-01-17"), ("2023-12-19", "2023-01-17"),
            ("2023-12-20", "2023-12-20"),
        )
    ),
    *(
        Boundary("encounters", control, search("2026-05-01", kind="Use of force"), "out of scope")
        for control in ("EN-07", "EN-16", "EN-19", "EN-20")
    ),
    # DPA 2018: 4 and 5 February 2026 (s.54 by receipt, s.53 by refusal), 4 and 5 September 2025 (by receipt).
    Boundary("rights", "RT-02", step("2026-02-04"), "breach", (f"{_S54} {_OLD_LAW}",)),
    Boundary("rights", "RT-02", step("2026-02-05"), "quiet"),
    Boundary("rights", "RT-09", request("2026-01-20", "s.53(1)(b)", "2026-02-04"), "out of scope"),
    Boundary("rights", "RT-09", request("2026-01-20", "s.53(1)(b)", "2026-02-05"), "breach",
             (f"Data Protection Act 2018 s.53(6), (7) {_NEW_LAW}",)),
    Boundary("rights", "RT-10", request("2025-09-04", "s.45(4)(d)"), "quiet"),
    Boundary("rights", "RT-10", request("2025-09-05", "s.45(4)(d)"), "breach", ("Data Protection Act 2018 ss.44(4)",)),
    Boundary("rights", "RT-10", request("2025-09-04", "s.78A"), "breach", ("Data Protection Act 2018 ss.44(4)",)),
    Boundary("rights", "RT-10", request("2025-09-05", "s.78A"), "quiet"),
    Boundary("rights", "RT-11", request("2025-09-04", "s.45A"), "out of scope"),
    Boundary("rights", "RT-11", request("2025-09-05", "s.45A"), "breach",
             (f"Data Protection Act 2018 s.45A {_EXEMPTIONS}",)),
    # DPA 2018, Part 3: 24 and 25 May 2018; solely automated decisions: 4 and 5 February 2026.
    Boundary("core", "OV-28", corrected("2018-05-24"), "out of scope"),
    Boundary("core", "OV-28", corrected("2018-05-25"), "breach", ("Data Protection Act 2018 s.48(9) from 2018-05-25",)),
    Boundary("core", "OV-57b", machine("2018-05-24"), "out of scope"),
    Boundary("core", "OV-57b", machine("2026-02-04"), "breach", (f"Data Protection Act 2018 s.49 {_OLD_LAW}",)),
    Boundary("core", "OV-57b", machine("2026-02-05"), "quiet"),
    Boundary("core", "OV-57b", machine("2026-02-05", category="health"), "breach",
             ("Data Protection Act 2018 ss.50A-50B, as inserted",)),
    Boundary("core", "OV-57b", machine("2026-02-04", significant=None), "unknown"),
    Boundary("core", "OV-71", machine("2018-05-24", automated_under="an Act"), "out of scope"),
    Boundary("core", "OV-71", machine("2026-02-04", automated_under="an Act"), "breach",
             (f"Data Protection Act 2018 s.50 {_OLD_LAW}",)),
    Boundary("core", "OV-71", machine("2026-02-05"), "breach", ("Data Protection Act 2018 s.50C, as inserted",)),
    # 11 CCR, chapter 7.5: 21 and 22 October 2020.
    Boundary("us-calgang", "CG-01", listing("2020-10-21"), "breach", (f"{_CCR}, section 755.6(b)(1)",)),
    Boundary("us-calgang", "CG-01", listing("2020-10-22"), "breach",
             (f"{_CCR}, sections 752.2(c), 753(a)(2) and 755.6(c)(3)",)),
    Boundary("us-calgang", "CG-07", listing("2020-10-21"), "breach", (f"{_CCR}, section 755.6(b)(2)",)),
    Boundary("us-calgang", "CG-07", listing("2020-10-22"), "unknown"),
]  # fmt: skip


@pytest.mark.parametrize("boundary", BOUNDARIES, ids=lambda each: f"{each.control}-{each.says}")
def test_each_day_has_its_law(boundary: Boundary) -> None:
    """The verdict, and each provision that the finding quotes, with the days of its text."""
    pack = read_pack(find_pack(boundary.pack))
    control = next(each for each in pack.controls if each.id == boundary.control)
    settings = Settings(AS_OF, {name: each.value for name, each in pack.thresholds.items()})
    finding = run_control(control, pack.name, held(boundary.rows), settings)
    counts = {"breach": (1, 1, 0), "quiet": (1, 0, 0), "unknown": (1, 0, 1), "out of scope": (0, 0, 0)}
    assert (finding.examined, finding.breached, finding.unknown) == counts[boundary.says]
    assert finding.verdict is not Verdict.FAILED
    quoted = [f"{each.basis.citation} from {each.basis.starts_on} to {each.basis.ends_on}" for each in finding.law]
    for wanted in boundary.quotes:
        assert any(each.startswith(wanted) for each in quoted), (wanted, quoted)
    codes = [each for each in quoted if "Code A" in each]
    assert len(codes) <= 1, codes


def held(rows: Rows) -> DuckDBEngine:
    """An engine with these rows in the tables of the model, and null in every column that they lack."""
    engine = DuckDBEngine(duckdb.connect(config={"threads": 1}))
    for name, table in TABLES.items():
        columns = [column.name for column in table.columns]
        whole = [{column: row.get(column) for column in columns} for row in rows.get(name, [])]
        engine.execute(f"create table {name} as {engine.values(table, columns, whole)}")
    return engine


@dataclass(frozen=True)
class Answered:
    """A case of a control, and what it says of rows by their key; nothing where none is in scope."""

    control: str
    case: str
    says: str


ANSWERED = [
    Answered("OV-02", "An associate has a role", "E1 no"),
    Answered("OV-11", "A person born on 29 February turns ten on 1 March where the year has no such day",
             "E1 yes, E2 no"),
    Answered("OV-14", "Posts beside a documented arrest comply", "E1 no"),
    Answered("OV-29", "Born on 29 February 2008, seen on 1 March 2026", "E1 no"),
    Answered("OV-29", "Born on 29 February 2008, seen on 2 March 2026", "E1 yes"),
    Answered("OV-32", "A birth on 29 February is a known age", "S1 no"),
    Answered("OV-33", "A person born on 29 February turns eighteen on 1 March where the year has no such day",
             "E1 yes"),
    Answered("OV-34", "A person born on 29 February reaches an age on that day in a leap year", "E1 yes, E2 no"),
    Answered("OV-28", "A closing without a correction is not asked about, and neither is what was sent since the"
             " correction", ""),
    Answered("OV-28", "A disclosure that was made before the correction, and nothing after it, breaches",
             "D1 yes, D2 yes, D3 yes"),
    Answered("OV-57b", "Up to 4 February 2026 a significant decision by a machine alone breaches where no law allows"
             " it", "E1 yes"),
    Answered("OV-57b", "From 5 February 2026 it breaches where it rests on sensitive data, without a law or explicit"
             " consent", "E1 yes"),
    Answered("OV-57b", "From 5 February 2026 other significant decisions are allowed, and the rest is OV-71", "E1 no"),
    Answered("OV-57b", "Where it is not known who decided, how much it meant, or on what, the result is unknown",
             "E2 unknown"),
    Answered("OV-71", "From 5 February 2026 all four safeguards, or a decision that was taken again, comply",
             "E1 no, E2 no"),
    Answered("OV-35", "A register that holds nothing sensitive is not in scope", ""),
    Answered("OV-35", "A policy document signed the day after, or another document, breaches", "I1 yes, I2 no"),
    Answered("OV-36", "Only what is sensitive needs a condition", "I1 no, I2 no, I3 unknown"),
    Answered("OV-38", "An item from a seized phone complies where the power is recorded", "I1 no"),
    Answered("OV-39", "Collection before, after, or after cancellation breaches", "I1 yes, I2 yes, I3 yes"),
    Answered("OV-39", "The first and the last day count in", "I1 no, I2 no, I3 no"),
    Answered("OV-40", "The last day of the law, and the day after",
             "A1 no, A2 yes, A3 no, A4 yes, A5 no, A6 yes, A7 no, A8 yes"),
    Answered("OV-42", "Undercover sources have an Order of their own since 2014",
             "A1 no, A3 no, A6 no, A8 yes, A9 unknown"),
    Answered("OV-45", "A private message without an authorisation under the Act breaches", "I1 yes, I3 yes"),
    Answered("OV-45", "A statutory power, a court order and consent are lawful authority", "I1 no, I2 no, I3 no"),
    Answered("OV-45", "An agreement to extract data from a device is a power from 8 November 2022",
             "I1 unknown, I2 no"),
    Answered("OV-46", "One entry to another police force complies, whole or not", "D1 no"),
    Answered("OV-50", "Up to 5 May 2023 an old system, or one of unknown age, was excused",
             "entry E1 unknown, entry E2 yes"),
    Answered("OV-50", "A system set up on 5 May 2016 was excused", "entry E1 unknown"),
    Answered("OV-50", "A system set up on 6 May 2016 was not excused", "entry E1 yes"),
    Answered("OV-51", "Up to 18 August 2025 a consultation or disclosure without a justification breaches",
             "L1 yes, L2 yes, L3 no"),
    Answered("OV-51", "Up to 5 May 2023 an old system, or one of unknown age, was excused", "L1 unknown, L2 yes"),
    Answered("OV-51b", "A line without a person or a time breaches", "L1 yes"),
    Answered("OV-55b", "A register without a sensitive category needs no policy document", "dpia no"),
    Answered("OV-55b", "Where a category is not marked it is unknown whether a policy document is needed",
             "apd unknown"),
    Answered("OV-57", "A hit that no one, or a machine, decided on breaches", "H1 yes"),
    Answered("OV-60a", "Without a due day it is worked out from the day of receipt",
             "Q1 no, Q2 unknown, Q4 yes, Q7 no, Q10 yes"),
    Answered("RT-02", "A request keeps the law of the day on which it came in: 4 and 5 February 2026",
             "S1 yes, S2 yes, S3 no"),
    Answered("RT-04", "A birth on 29 February reaches eighteen on 1 March", "E1 yes"),
    Answered("RT-10", "National security as an aim, for a request of 5 September 2025 or later, breaches", "R1 yes"),
    Answered("RT-10", "An exemption for a request of 4 September 2025 or earlier breaches", "R1 yes"),
    Answered("RT-10", "What was law on the day of receipt complies", "R1 no, R2 no"),
]  # fmt: skip


@pytest.mark.parametrize("answered", ANSWERED, ids=lambda each: f"{each.control}-{each.case}")
def test_each_boundary_is_a_case(answered: Answered) -> None:
    """It is on the control's page, with these answers; a case with nothing in scope has no rows."""
    pack = read_pack(find_pack("core" if answered.control.startswith("OV") else "rights"))
    control = next(each for each in pack.controls if each.id == answered.control)
    (case,) = [each for each in read_cases(cases_path(control)) if each.title == answered.case]
    found = {str(row[control.key]): row["breach"] for row in case.expected or [] if control.key in row}
    assert answered.says or not found
    for said in filter(None, answered.says.split(", ")):
        key, _, breach = said.rpartition(" ")
        assert found[key] == breach, key
