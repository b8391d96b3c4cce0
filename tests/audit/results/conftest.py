"""Finished runs to write results from: made up, with what a real register and a hostile one would bring."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from overt.audits import SourceOptions
from overt.audits._recipe import Recipe
from overt.audits._run import Acceptance, PackUsed, Run
from overt.audits.mapping import ColumnFill, ColumnRead, TableRead, ValueRead
from overt.controls import (
    Authority,
    Basis,
    Control,
    Effect,
    Evidence,
    Finding,
    LawCount,
    Severity,
    Threshold,
    Verdict,
)

AS_OF = dt.date(2026, 6, 30)
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
TABLES = {"entry": "entry_id", "item": "item_id", "subject": "subject_id", "authority": "authority_id"}
DPA = dt.date(2018, 5, 25)
# Of these a run has its own: thresholds in force, and packs as they were read.
OF_RUN = {each.name for each in fields(Run)}
TITLES = [
    "A victim or witness must not have a harm score or threat band",
    "Private material has an authority in force",
    "Each ground has a document that supports it",
    "Each entry has a date by which it must be reviewed",
    "The recorded age at entry must be possible",
    "People who were removed appear on no other list, however informal, that anybody in the unit still keeps or reads",
    "Reviews should not be overdue",
    "Nothing was collected outside the dates of its authority",
    "Every active entry states one role",
    "No listing rests only on sources graded unreliable or suspected false",
    "Sensitive data has a condition and a policy document in force",
    "Children under ten are not recorded as suspects",
    "A share runs under an agreement that allows its purpose",
    "Nobody's whole entry is sent unredacted, and no list is sent in bulk",
    "The grounds of an entry are stated and are not boilerplate",
    "A decision to keep an entry at review has a reason",
    "Each log event says who, when and, where the law asks for it, why",
    "No category of data is used before an assessment covers it",
    "A removal reaches every recipient",
    "Requests must be answered on time",
    "An acquittal leads to a review",
    "A keyword hit makes no entry without a named person's decision",
    "Two sources support a listing",
]


def digest_of(keys: list[str]) -> str:
    """The fingerprint `overt-keys-1`."""
    total = sum(int.from_bytes(hashlib.md5(key.encode()).digest()[8:16], "little") for key in keys)
    return f"{total:032x}"


def control(number: int = 1, **changes: Any) -> Control:
    """A control with everything that a report shows."""
    table = list(TABLES)[number % len(TABLES)]
    made = Control(
        id=f"OV-{number:02d}",
        title=TITLES[number % len(TITLES)],
        asks="Was each item from a private account or a persona collected under an authority?",
        kind=list(Authority)[number % len(Authority)],
        severity=list(Severity)[3 - number % len(Severity)],
        gate=Effect.REFUSE,
        basis=(
            Basis("Data Protection Act 1998 principle 4", None, dt.date(2018, 5, 24)),
            Basis("Data Protection Act 2018 s.38(1)", DPA, None),
        ),
        limits="says nothing of whether the authority was proportionate",
        remedy="Record the authority the item was collected under, or delete the item.",
        sql="select 1",
        key=TABLES[table],
        columns=(TABLES[table], "opened_on", "unit", "breach", "reason"),
        needs={table: (TABLES[table], "opened_on")},
        thresholds=("minimum_age",) if number % 3 == 0 else (),
        found_in=('Operation Alpha, "private and open" accounts, as reported by Byline Times, 25 October 2021',),
        dated="opened_on" if number % 2 else None,
    )
    return replace(made, **changes)


def breach(number: int = 1, *, breached: int = 131, examined: int = 563, unknown: int = 0, **changes: Any) -> Finding:
    """A finding with evidence, months, units and periods of law."""
    about = changes.pop("about", None) or control(number)
    keys = [f"{about.key[0].upper()}{number:02d}{place:05d}" for place in range(breached)]
    kept = keys[:100]
    rows = tuple(
        {
            about.key: key,
            "opened_on": dt.date(2024, 1, 1) + dt.timedelta(days=place * 3),
            "unit": ["Hackney", "Brent", "Lambeth"][place % 3],
            "reason": "no authority is recorded",
        }
        for place, key in enumerate(kept)
    )
    months = {f"{2024 + at // 12}-{at % 12 + 1:02d}": (at * 7 + number) % 13 for at in range(20)}
    old = breached // 3
    made = Finding(
        about,
        "core",
        Verdict.BREACHED,
        examined,
        breached,
        unknown,
        keys=tuple(kept),
        digest=digest_of(keys),
        rows=rows,
        law=tuple(LawCount(basis, count) for basis, count in zip(about.basis, (old, breached - old), strict=False))
        if about.dated
        else tuple(LawCount(basis, breached) for basis in about.law_on(AS_OF)),
        by_month=tuple((month, count) for month, count in months.items() if count),
        by_unit=(("Hackney", breached // 2), ("Brent", breached // 4), ("", breached - breached // 2 - breached // 4)),
        seconds=0.0123 * number,
    )
    return replace(made, **changes)


def met(number: int = 2, examined: int = 1204, **changes: Any) -> Finding:
    """A control that found nothing."""
    return replace(Finding(control(number), "core", Verdict.MET, examined, 0, 0, digest="0" * 32), **changes)


def unanswered(number: int = 3, **changes: Any) -> Finding:
    """A control whose columns the source lacks."""
    missing = ("item.authority_id", "authority") if number % 2 else ("entry.review_due_on",)
    made = Finding(control(number), "core", Verdict.CANNOT_BE_SHOWN, missing=missing, reason="the source lacks it")
    return replace(made, **changes)


def undecided(number: int = 4, **changes: Any) -> Finding:
    """A control that could tell of none that it breaches, and not of all that they do not."""
    return replace(Finding(control(number), "core", Verdict.CANNOT_BE_SHOWN, 812, 0, 37, digest="0" * 32), **changes)


def idle(number: int = 5, **changes: Any) -> Finding:
    """A control with nothing in its scope."""
    return replace(Finding(control(number), "core", Verdict.NOT_APPLICABLE, 0, 0, 0, digest="0" * 32), **changes)


def broken(number: int = 6, **changes: Any) -> Finding:
    """A control that could not run."""
    made = Finding(control(number), "core", Verdict.FAILED, reason="time limit: 300 s were not enough")
    return replace(made, **changes)


def make_run(*findings: Finding, **changes: Any) -> Run:
    """A run with these findings; `changes` go to the run, or to its recipe."""
    recipe = Recipe(SourceOptions("gangs-matrix.csv", Path("gangs-matrix.sql")), ("core",), AS_OF)
    of_recipe = {each.name: changes.pop(each.name) for each in fields(Recipe) if each.name in changes.keys() - OF_RUN}
    made = Run(
        recipe=replace(recipe, **of_recipe),
        register="gangs-matrix.csv",
        source_digest=hashlib.sha256(b"source").hexdigest(),
        source_kind="csv",
        mapping_digest=hashlib.sha256(b"mapping").hexdigest(),
        packs=(
            PackUsed(
                "core",
                "1.0.0",
                "Duties of a register of people kept for law enforcement in England",
                hashlib.sha256(b"core").hexdigest(),
                {"OV-59": "Disparity is a statistic, not a breach of one row; the disparity report answers it"},
            ),
        ),
        thresholds={"minimum_age": Threshold("minimum_age", 13, "The floor of 11 CCR 770.2; a default, not law")},
        engine="DuckDB 1.5.6",
        version="0.1.0",
        rows={"subject": 3806, "entry": 5120, "item": 563},
        absent=("agreement", "disclosure", "review"),
        fills=(
            ColumnFill("matrix", "Date of birth", 5120, 4771),
            ColumnFill("matrix", "Reason", 5120, 0),
            ColumnFill("matrix", "Removal of more than just outer clothing", 5120, 0),
            ColumnFill("matrix", "Borough", 5120, 5120),
            ColumnFill("matrix", "Harm score", 5120, 5117),
        ),
        findings=findings,
        synthetic=False,
    )
    return replace(made, **changes)


def many(count: int = 50, **changes: Any) -> Run:
    """A run as a full audit gives it: every verdict, every severity, long titles, gaps."""
    findings: list[Finding] = []
    for number in range(1, count + 1):
        kind = number % 10
        if kind in {0, 1, 2, 7}:
            findings.append(
                breach(number, breached=3 + number * 37 % 500, examined=563 + number * 91, unknown=number % 7 * 6)
            )
        elif kind == 3:
            findings.append(unanswered(number))
        elif kind == 4:
            findings.append(undecided(number))
        elif kind == 5:
            findings.append(idle(number))
        elif number == 16:
            findings.append(broken(number))
        else:
            findings.append(met(number))
    findings[0] = breach(1, breached=131, examined=563, unknown=12, accepted=10)
    findings[1] = breach(2, breached=42, examined=42, accepted=42)
    return make_run(*findings, **changes)


def hostile() -> Run:
    """A run whose every text tries to leave its place."""
    about = control(1, title=f"Title {HOSTILE}", asks=HOSTILE, limits=HOSTILE, remedy=HOSTILE, found_in=(HOSTILE,))
    about = replace(about, basis=(Basis(HOSTILE, DPA, None),))
    bad_key = '=HYPERLINK("http://x.example","&")' + HOSTILE + "\u202e\x00" + "k" * 5000
    finding = breach(
        1,
        about=about,
        keys=(bad_key, "@sum", "+1", "-1", "\tx", "\rx", "plain"),
        rows=({"item_id": bad_key, "opened_on": AS_OF, "reason": HOSTILE, "note": "-2+3", "n": -5},),
        by_unit=((HOSTILE, 3), ("=cmd", 128)),
        by_month=(("not a month", 1), (HOSTILE, 130)),
    )
    finding = replace(finding, unknown=3, without=(HOSTILE,))
    gap = unanswered(3, missing=(HOSTILE,), reason=HOSTILE)
    fault = broken(6, reason=f"Conversion Error\n{HOSTILE}\x1b[31m")
    return make_run(
        finding,
        gap,
        fault,
        register=f"{HOSTILE}.csv",
        source=SourceOptions("", Path(f"{HOSTILE}.sql")),
        source_kind=HOSTILE,
        fills=(ColumnFill(HOSTILE, HOSTILE + "\u202e", 10, 3),),
        absent=(HOSTILE,),
        rows={HOSTILE: 5},
        thresholds={"minimum_age": Threshold("minimum_age", HOSTILE, HOSTILE)},
        packs=(PackUsed("core", HOSTILE, HOSTILE, "0" * 64, {HOSTILE: HOSTILE}),),
        engine=HOSTILE,
        read=(reading(HOSTILE),),
        mapping_text=f"-- {HOSTILE}",
    )


def reading(origin: str) -> TableRead:
    """How a table was read whose columns come from one that is called so."""
    several = ValueRead(f"{origin} | x", None, 12, several=True)
    values = (ValueRead(origin, "suspect", 40), several, ValueRead(None, None, 7))
    role = ColumnRead("entry", "role", (f"source_rows.{origin}",), 59, 40, 19, values)
    due = ColumnRead("entry", "review_due_on", (origin,), 60, 2, 58)
    return TableRead("entry", ("source_rows",), 60, 60, (role, due))


def in_part() -> Run:
    """A run whose source lacks columns that controls can do without, and whose mapping lost values."""
    lacking = ("entry.score_as_of", "outcome", "disclosure.recipient_kind")
    return make_run(
        breach(1, breached=3, examined=60, unknown=57, without=lacking),
        replace(undecided(4), without=lacking),
        met(2),
        read=(
            reading("Next Review Due as the unit wrote it"),
            TableRead("item", ("source_rows",), 60, 60, untraced=True),
        ),
        mapping_text="create view entry as select 1",
    )


ACCEPTANCES = (
    Acceptance("OV-01", "Data protection officer", "Fixed in the next release", dt.date(2026, 12, 31)),
    Acceptance("OV-07", "Head of unit", "Old list, to be closed in spring", dt.date(2026, 6, 29)),
    Acceptance("OV-02", "Head of unit", "Closed list, deleted on expiry", dt.date(2026, 9, 30)),
)

RUNS: dict[str, Callable[[], Run]] = {
    "many": many,
    "synthetic": lambda: many(synthetic=True),
    "publishable": lambda: many(publishable=True),
    "hostile": hostile,
    "in part": in_part,
    "nothing found": lambda: make_run(met(1), met(2)),
    "no control": make_run,
    "all failed": lambda: make_run(*(broken(number) for number in range(1, 8)), rows={}),
    "no evidence": lambda: many(evidence=Evidence.NONE, timing=True),
}


@pytest.fixture(params=sorted(RUNS))
def any_run(request: pytest.FixtureRequest) -> Run:
    """Each kind of run in turn."""
    return RUNS[request.param]()


@pytest.fixture
def runs() -> dict[str, Callable[[], Run]]:
    """The runs by name."""
    return RUNS


@pytest.fixture
def make() -> Any:
    """This module's builders."""
    return SimpleNamespace(**globals())
