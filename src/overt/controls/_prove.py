"""Whether an engine gives known answers: its dates, text, numbers, null logic, order and digests.

Each question is an expression as controls write it, about one row of values, so that the engine works it out as it
would for a register. The answers do not come from an engine: they follow from the calendar, from SQL's three values,
from Unicode and from MD5.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot

from overt.controls._cases import check_pack
from overt.controls._compile import render
from overt.controls._control import Scalar
from overt.controls._grammar import DIALECT
from overt.controls._pack import find_pack, read_pack, shipped_packs
from overt.controls.engines import NO_TABLE, Engine, Note, SummaryQuery
from overt.model import TABLES
from overt.refusals import Refusal

_ROW: dict[str, Scalar] = {
    "entry_id": "E1",
    "unit": "aZ",
    "status": "ÄÉß€\U0001f600",
    "role": "\ue000",
    "band": "",
    "grounds": "\t x ",
    "purpose": None,
    "closed_reason": "back\\slash 'quote' ${spark.app.name} \"double\"",
    "opened_on": "1582-10-10",
    "closed_on": "9999-12-31",
    "review_due_on": "2024-01-31",
    "score": 7.5,
}
_MOMENTS: dict[str, Scalar] = {"encounter_id": "M1", "occurred_at": "1905-02-28 23:30:00"}
# Days that calendars, epochs and leap years have confused.
_DAYS = (
    "0001-01-01", "1582-10-04", "1582-10-05", "1582-10-14", "1582-10-15", "1752-09-05", "1899-12-31", "1900-02-28",
    "1905-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "2038-01-20", "2263-01-01", "9999-12-31",
)  # fmt: skip
_TEXTS = {
    "entry.opened_on": "1582-10-10",
    "entry.closed_on": "9999-12-31",
    "add_days(entry.opened_on, -6)": "1582-10-04",
    "add_days(entry.closed_on, -3652058)": "0001-01-01",
    "add_days(date '2024-02-28', 1)": "2024-02-29",
    "add_days(date '1900-02-28', 1)": "1900-03-01",
    "days_between(entry.closed_on, date '0001-01-01')": "3652058",
    "days_between(date '1970-01-01', entry.opened_on)": "141432",
    "days_between(date '1900-03-01', date '1900-02-28')": "1",
    "days_between(date '2000-03-01', date '2000-02-28')": "2",
    "months_after(entry.review_due_on, 1)": "2024-02-29",
    "months_after(date '2023-01-31', 1)": "2023-02-28",
    "months_after(date '2023-02-28', 12)": "2024-02-28",
    "months_after(date '2023-03-31', -1)": "2023-02-28",
    "months_after(date '1905-12-31', 2)": "1906-02-28",
    "add_years(date '2024-02-29', 1)": "2025-02-28",
    "add_years(date '1904-02-29', 4)": "1908-02-29",
    "reaches_age(date '2004-02-29', 18)": "2022-03-01",
    "reaches_age(date '2004-03-01', 18)": "2022-03-01",
    "last_day_of(date '2024-01-15', 1)": "2024-02-14",
    "last_day_of(date '2024-01-31', 1)": "2024-02-29",
    "end_of_year(entry.opened_on)": "1582-12-31",
    "after_weekend(date '2026-11-28')": "2026-11-30",
    "after_weekend(date '2026-11-29')": "2026-11-30",
    "after_weekend(date '1905-01-06')": "1905-01-06",
    "day_of(encounter.occurred_at)": "1905-02-28",
    "day_of(hours_after(encounter.occurred_at, 1))": "1905-03-01",
    "length(entry.status)": "5",
    "length(entry.band)": "0",
    "length(entry.closed_reason)": str(len(str(_ROW["closed_reason"]))),
    "lower(entry.status)": "äéß€\U0001f600",
    "upper(lower(entry.unit))": "AZ",
    "upper('äé')": "ÄÉ",
    "trim(entry.grounds)": "\t x",
    "substr(entry.status, 2, 2)": "Éß",
    "replace(entry.status, 'É', 'e')": "Äeß€\U0001f600",
    "entry.closed_reason": str(_ROW["closed_reason"]),
    "coalesce(entry.purpose, entry.unit, 'x')": "aZ",
    "coalesce(entry.purpose || 'x', 'null')": "null",
    "coalesce(nullif(entry.unit, 'aZ'), 'null')": "null",
    "(select count(*) from entry as e where e.purpose is null)": "1",
    "(select count(e.purpose) from entry as e)": "0",
}
_YES, _NO, _UNKNOWN = "yes", "no", "unknown"
_TRUTHS = {
    "entry.purpose = entry.purpose": _UNKNOWN,
    "entry.purpose is not distinct from null": _YES,
    "entry.unit is distinct from entry.purpose": _YES,
    "entry.purpose = 'x' and entry.unit = 'b'": _NO,
    "entry.purpose = 'x' and entry.unit = 'aZ'": _UNKNOWN,
    "entry.purpose = 'x' or entry.unit = 'aZ'": _YES,
    "not (entry.purpose = 'x')": _UNKNOWN,
    "entry.unit in ('b', entry.purpose)": _UNKNOWN,
    "entry.unit not in ('b', entry.purpose)": _UNKNOWN,
    "entry.unit not in ('aZ', entry.purpose)": _NO,
    "entry.purpose in ('b')": _UNKNOWN,
    "entry.band = ''": _YES,
    "entry.band is null": _NO,
    "entry.unit = 'az'": _NO,
    "entry.unit = 'aZ '": _NO,
    "entry.unit like 'A%'": _NO,
    "entry.unit like 'a_'": _YES,
    "entry.status like '____\U0001f600'": _YES,
    "entry.unit < 'b'": _YES,
    "entry.unit < 'aa'": _YES,
    "entry.unit > 'Z'": _YES,
    "entry.status > 'z'": _YES,
    # By code point a sign of the private area comes before an emoji; by units of 16 bits it comes after.
    "entry.role < '\U0001f600'": _YES,
    "(select sum(e.score) from entry as e where e.unit = 'az') is null": _YES,
    "7 / 2 = 3.5": _YES,
    "(entry.score - 0.5) / 2 = 3.5": _YES,
    "(-7) % 3 = -1": _YES,
    "entry.opened_on < date '1970-01-01'": _YES,
    "entry.closed_on > date '2299-12-31'": _YES,
    "entry.opened_on between date '1582-10-05' and date '1582-10-14'": _YES,
    "exists (select 1 from entry as e where e.unit = 'az')": _NO,
}
_NOTE = Note("questions whose answers are known", NO_TABLE, "their answers, about values of our own")
# Keys in the order of their code points, which is the order of evidence.
_KEYS = (
    "", " ", "'", "10", "9", "A", "B", "Z", "\\", "_", "a", "a b", "b", "${x}", "é", "\ue000", "\U0001f600",
)  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """What an engine answered to questions whose answers are known.

    `engine` is its name and version, `settings` those on which an answer may depend, `answers` the number of questions
    and `digest` the SHA-256 of the answers, which is the same on all engines that pass. `differences` is empty then.
    """

    engine: str
    settings: dict[str, str]
    answers: int
    digest: str
    differences: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """As it stands in `run.json`."""
        return {
            "engine": self.engine,
            "settings": self.settings,
            "answers": self.answers,
            "digest": self.digest,
            "differences": list(self.differences),
        }

    def refuse_differences(self) -> None:
        """Refuses an engine that gave another answer to any question."""
        if self.differences:
            found = "; ".join(self.differences[:3])
            more = f", and {len(self.differences) - 3} more" if len(self.differences) > 3 else ""
            remedy = "see all differences with `overt engine prove`, and audit an export of the register"
            raise Refusal("engine-differs", self.engine, f"{found}{more}", "the known answers", remedy)


def prove_briefly(engine: Engine, timeout: float | None = 60) -> Proof:
    """Asks for the known answers alone, by three statements. `timeout` is in seconds for each of them.

    The views of the engine are left as they are. The caller refuses by `refuse_differences`.
    """
    kept, engine.views = engine.views, {}
    try:
        answers = [*_days(engine, timeout), *_expressions(engine, timeout), *_evidence(engine, timeout)]
    finally:
        engine.views = kept
    differences = tuple(
        f"{question}: expected {wanted}; got {found}" for question, wanted, found in answers if wanted != found
    )
    told = "\n".join(f"{question} = {found}" for question, _, found in answers)
    digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()
    return Proof(engine.name, engine.settings(), len(answers), digest, differences)


def prove_cases(engine: Engine) -> Iterator[str]:
    """A line for each case of the shipped packs: what differs, or nothing where it passes."""
    for name in sorted(shipped_packs()):
        for result in check_pack(read_pack(find_pack(name)), engine):
            yield f"{result.control}, {result.case}: {result.difference}" if result.difference else ""


_Answer = tuple[str, str, str]


def _days(engine: Engine, timeout: float | None) -> Iterator[_Answer]:
    """Each day as it is read, written and compared; rows of a table, as a register has them."""
    rows: list[dict[str, Scalar]] = [{"entry_id": f"D{at:02}", "opened_on": day} for at, day in enumerate(_DAYS)]
    table = engine.values(TABLES["entry"], ["entry_id", "opened_on"], rows)
    shown = f"select {engine.as_text('d.entry_id')}, {engine.as_text('d.opened_on')}"
    since = engine.day(dt.date(1970, 1, 1))
    said = _asked(
        engine, f"{shown}, case when d.opened_on < {since} then 'yes' else 'no' end from ({table}) as d", timeout
    )
    by_key = {str(row[0]): row for row in said} if isinstance(said, list) else {}
    for at, day in enumerate(_DAYS):
        row = by_key.get(f"D{at:02}")
        yield f"the day {day}", day, str(row[1]) if row else str(said)
        yield f"the day {day} before 1970", "yes" if day < "1970" else "no", str(row[2]) if row else str(said)


def _expressions(engine: Engine, timeout: float | None) -> Iterator[_Answer]:
    """Each expression about the one row; all by one statement, and one by one where that fails."""
    truths = {
        f"case when {text} then 'yes' when not ({text}) then 'no' else 'unknown' end": (text, wanted)
        for text, wanted in _TRUTHS.items()
    }
    asked = {**{text: (text, wanted) for text, wanted in _TEXTS.items()}, **truths}
    tables = ", ".join(
        f"{name} as ({engine.values(TABLES[name], list(row), [row])})"
        for name, row in (("entry", _ROW), ("encounter", _MOMENTS))
    )

    def answers(texts: list[str]) -> list[tuple[object, ...]] | str:
        columns = ", ".join(engine.as_text(f"({_written(text, engine)})") for text in texts)
        return _asked(engine, f"with {tables} select {columns} from entry cross join encounter", timeout)

    together = answers(list(asked))
    for at, (text, (question, wanted)) in enumerate(asked.items()):
        said = [[together[0][at]]] if isinstance(together, list) and together else answers([text])
        yield question, wanted, str(said[0][0]) if isinstance(said, list) and said else str(said)


def _evidence(engine: Engine, timeout: float | None) -> Iterator[_Answer]:
    """Counts, the lowest keys in their order, the digest, months and periods of a control over odd keys."""
    rows: list[dict[str, Scalar]] = [
        {"entry_id": key, "opened_on": _DAYS[at % len(_DAYS)], "unit": "u" if at % 2 else None}
        for at, key in enumerate(_KEYS)
    ]
    rows += [{"entry_id": "quiet", "status": "closed"}, {"entry_id": "unknown", "status": None, "unit": "?"}]
    engine.views["entry"] = engine.values(TABLES["entry"], ["entry_id", "opened_on", "unit", "status"], rows)
    text = (
        "select entry.entry_id, entry.opened_on, entry.unit, case when entry.status = 'closed' then false"
        " when entry.unit is not distinct from '?' then null else true end as breach, 'r' as reason from entry"
    )
    periods = (None, dt.date(1899, 12, 31)), (dt.date(1900, 1, 1), None)
    columns = "entry_id", "opened_on", "unit", "reason"
    query = SummaryQuery(
        _written(text, engine), "entry_id", columns, 100, evidence=True, dated="opened_on", periods=periods,
        unit="unit", note=_NOTE,
    )  # fmt: skip
    days = [_DAYS[at % len(_DAYS)] for at in range(len(_KEYS))]
    digest = sum(
        int.from_bytes(hashlib.md5(key.encode(), usedforsecurity=False).digest()[8:16], "little") for key in _KEYS
    )
    wanted = {
        "counts": str((len(_KEYS) + 2, len(_KEYS), 1)),
        "keys in the order of code points": str(sorted(_KEYS)),
        "digest of the keys": f"{digest:032x}",
        "breaches by period": str((sum(day < "1900" for day in days), sum(day > "1900" for day in days))),
        "breaches by month": str(sorted({day[:7]: sum(d[:7] == day[:7] for d in days) for day in days}.items())),
        "breaches by unit": str([("u", len(_KEYS) // 2)]),
    }
    try:
        summary = engine.summarise(query, timeout)
    except Exception as error:
        for question, answer in wanted.items():
            yield question, answer, _said(error)
        return
    found = (
        str((summary.examined, summary.breached, summary.unknown)),
        str([row["entry_id"] for row in summary.rows]),
        f"{summary.digest:032x}",
        str(summary.periods),
        str([*summary.by_month]),
        str([*summary.by_unit]),
    )
    for (question, answer), given in zip(wanted.items(), found, strict=True):
        yield question, answer, given


def _written(text: str, engine: Engine) -> str:
    return render(sqlglot.parse_one(text, dialect=DIALECT), engine.dialect, {})


def _asked(engine: Engine, sql: str, timeout: float | None) -> list[tuple[object, ...]] | str:
    """The rows, or what the engine says against the statement."""
    try:
        return list(engine.fetch(sql, timeout, _NOTE))
    except Exception as error:
        return _said(error)


def _said(error: Exception) -> str:
    return f"the engine says: {(str(error).strip() or type(error).__name__).splitlines()[0][:200]}"
