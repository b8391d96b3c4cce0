"""Reads the cases of a control, and holds the control to them on an engine.

A case is a sentence, given rows and expected rows, all as Markdown tables that a lawyer can read.
An empty cell is a missing value, `""` is empty text. `Then` lists every row in scope. Where rows of a table are given
without a column that the control can do without, the source of that case does not have the column. `Without` names a
table that it does not have.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from overt.controls._control import Control, Pack, Scalar
from overt.controls._execute import Settings, rendered
from overt.controls._filled import EVERYTHING, Filled
from overt.controls._prepared import Value
from overt.controls.engines import Engine, ReadsOutside
from overt.controls.engines._base import plain
from overt.model import TABLES, Column, Kind
from overt.refusals import Refusal, raise_all

DEFAULT_AS_OF = dt.date(2026, 6, 30)
BREACH_WORDS: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}

_SETTING = re.compile(r"With (\w+) = (.+)")
_WITHOUT = re.compile(r"Without (\w+)")
_AS_OF = re.compile(r"As of (\d{4}-\d{2}-\d{2})")

Row = dict[str, str]


@dataclass
class Case:
    """One case: its title, what is given table by table, the date, thresholds and the rows expected.

    `absent` are tables that the source of the case does not have; any other that is not given has no rows.
    """

    title: str
    line: int
    given: dict[str, list[Row]] = field(default_factory=dict)
    as_of: dt.date = DEFAULT_AS_OF
    thresholds: dict[str, Value] = field(default_factory=dict)
    expected: list[Row] | None = None
    absent: set[str] = field(default_factory=set)

    @property
    def filled(self) -> Filled:
        """The columns that the source of this case fills: of a table without rows, every one."""
        given = {name: tuple(set().union(*rows)) for name, rows in self.given.items() if rows}
        return {name: columns for name, columns in {**EVERYTHING, **given}.items() if name not in self.absent}


@dataclass(frozen=True)
class CaseResult:
    """How a control did on a case: nothing in `difference` is a pass."""

    control: str
    case: str
    engine: str
    difference: str = ""


def read_cases(path: Path) -> list[Case]:
    """The cases in a file; refused with every fault."""
    refusals: list[Refusal] = []
    cases: list[Case] = []
    lines = list(enumerate(path.read_text(encoding="utf-8").splitlines(), start=1))
    position = 0
    while position < len(lines):
        number, line = lines[position]
        position += 1
        if line.startswith("## "):
            cases.append(Case(line[3:].strip(), number))
        elif not cases:
            continue
        elif line.startswith("Given "):
            rows, position = _read_table(lines, position, path, refusals)
            cases[-1].given.setdefault(line[6:].strip(), []).extend(rows)
        elif line.strip() == "Then":
            cases[-1].expected, position = _read_table(lines, position, path, refusals)
        elif line.strip() == "Then nothing is in scope":
            cases[-1].expected = []
        elif match := _AS_OF.fullmatch(line.strip()):
            cases[-1].as_of = _day(match[1], f"{path}, line {number}", refusals)
        elif match := _WITHOUT.fullmatch(line.strip()):
            cases[-1].absent.add(match[1])
        elif match := _SETTING.fullmatch(line.strip()):
            cases[-1].thresholds[match[1]] = _setting(match[2])
    refusals += _faults(cases, path)
    raise_all(refusals)
    return cases


def check_complete(pack: Pack) -> list[Refusal]:
    """A refusal for each control whose cases do not show a breach, a quiet row and an unknown one.

    Nor may a control name a column inside `has()` that each of its cases gives.
    """
    refusals = []
    for control in pack.controls:
        path = cases_path(control)
        cases = read_cases(path)
        seen = {row["breach"] for case in cases for row in case.expected or []}
        unseen = [word for word in BREACH_WORDS if word not in seen]
        if unseen:
            wanted = f"a case whose breach is {' and one whose breach is '.join(unseen)}"
            refusals.append(Refusal("cases-incomplete", str(path), f"cases for {', '.join(sorted(seen))}", wanted))
        named = [(table, column) for table, columns in control.optional.items() for column in columns]
        given = [
            f"{table}.{column}"
            for table, column in named
            if all(column in case.filled.get(table, ()) for case in cases)
        ]
        if given:
            found = f"has() of {', '.join(given)}, which every case gives"
            wanted = "for each a case whose given rows leave the column out"
            refusals.append(Refusal("cases-incomplete", str(path), found, wanted))
    return refusals


def check_pack(pack: Pack, engine: Engine) -> Iterator[CaseResult]:
    """Every case of every control on the engine."""
    thresholds = {name: threshold.value for name, threshold in pack.thresholds.items()}
    for control in pack.controls:
        yield from check_control(control, read_cases(cases_path(control)), thresholds, engine)


def check_control(
    control: Control, cases: list[Case], thresholds: Mapping[str, Value], engine: Engine, *, is_held: bool = False
) -> Iterator[CaseResult]:
    """Each case of one control. All run as one statement, and one by one only where that fails.

    Refuses a control that would read something else than the model, unless it `is_held` to it already: a mutant reads
    nothing that its control does not.
    """
    unknown = sorted({name for case in cases for name in case.thresholds} - set(thresholds))
    if unknown:
        yield CaseResult(control.id, "With", engine.name, f"no such threshold: {', '.join(unknown)}")
    texts = _Texts(control, thresholds, engine)
    statements = [_case_sql(control, case, texts.of(case), engine) for case in cases]
    fault = _hold_to_model(control, texts.of(cases[0]), statements[0], engine) if cases and not is_held else ""
    if fault:
        yield from (CaseResult(control.id, case.title, engine.name, fault) for case in cases)
        return
    numbered = [
        f"select {number} as case_number, * from ({text}) as c{number}" for number, text in enumerate(statements)
    ]
    try:
        found = engine.fetch(" union all ".join(numbered))
    except Exception:
        for case, text in zip(cases, statements, strict=True):
            yield CaseResult(control.id, case.title, engine.name, _difference_of(control, case, text, engine))
        return
    for number, case in enumerate(cases):
        rows = [row[1:] for row in found if row[0] == number]
        yield CaseResult(control.id, case.title, engine.name, _difference(control, case, rows))


def _difference_of(control: Control, case: Case, text: str, engine: Engine) -> str:
    try:
        return _difference(control, case, engine.fetch(text))
    except Exception as error:
        return _said(error)


def _hold_to_model(control: Control, text: str, statement: str, engine: Engine) -> str:
    """What else the engine has against the text; it is asked about one case, for the others differ in constants."""
    try:
        engine.hold_to_model(text, statement)
    except ReadsOutside as error:
        raise error.refusal(control.id) from None
    except Exception as error:
        return _said(error)
    return ""


def _said(error: Exception) -> str:
    return f"the engine says: {str(error).strip().splitlines()[0]}"


class _Texts:
    """The control's text as the engine takes it, for each case; written once for those alike in all but rows."""

    def __init__(self, control: Control, thresholds: Mapping[str, Value], engine: Engine) -> None:
        self._control, self._thresholds, self._engine = control, thresholds, engine
        self._made: dict[object, str] = {}

    def of(self, case: Case) -> str:
        """The text with the date, the thresholds and the columns of the case."""
        filled = case.filled
        there = tuple(
            column in filled.get(table, ()) for table, columns in self._control.optional.items() for column in columns
        )
        known = case.as_of, tuple(case.thresholds.items()), there
        if known not in self._made:
            settings = Settings(case.as_of, {**self._thresholds, **case.thresholds})
            self._made[known] = rendered(self._control, self._engine.dialect, settings, filled)
        return self._made[known]


def _case_sql(control: Control, case: Case, text: str, engine: Engine) -> str:
    """The control's text below literal rows that shadow the tables it reads."""
    shadows, words = [], _words_of(control.sql)
    for name in sorted(words & set(TABLES)):
        table = TABLES[name]
        columns = [column.name for column in table.columns if column.name in words] or [table.key.name]
        rows = [
            {column: _cell(text, table.by_name[column]) for column, text in row.items() if column in columns}
            for row in case.given.get(name, [])
        ]
        shadows.append(f"{name} as ({engine.values(table, columns, rows)})")
    names = ", ".join(control.columns)
    return f"with {', '.join([*shadows, f'control as ({text})'])} select {names} from control"


def _difference(control: Control, case: Case, found: Iterable[tuple[object, ...]]) -> str:
    """Nothing when the rows are those expected, else both sides in words."""
    expected = case.expected or []
    names = list(expected[0]) if expected else [control.key, "breach"]
    unknown = [name for name in names if name not in control.columns]
    if unknown:
        return f"expects {', '.join(unknown)}, which the control does not select"
    got = sorted(_shown(dict(zip(control.columns, row, strict=True)), names) for row in found)
    wanted = sorted(tuple(row[name] for name in names) for row in expected)
    return "" if got == wanted else f"expected {_words(names, wanted)}; got {_words(names, got)}"


def cases_path(control: Control) -> Path:
    """The cases of a control: beside it, or beside the variant that has some of its own."""
    if control.cases is None:
        raise ValueError(f"{control.id} was not read from a file")
    return control.cases


@lru_cache(maxsize=1)
def _words_of(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sql))


def _read_table(
    lines: list[tuple[int, str]], position: int, path: Path, refusals: list[Refusal]
) -> tuple[list[Row], int]:
    while position < len(lines) and not lines[position][1].strip():
        position += 1
    rows: list[list[str]] = []
    start = position
    while position < len(lines) and lines[position][1].lstrip().startswith("|"):
        rows.append([cell.strip() for cell in lines[position][1].strip().strip("|").split("|")])
        position += 1
    where = f"{path}, line {lines[min(start, len(lines) - 1)][0]}"
    if len(rows) < 2 or any(set(cell) - set("-: ") for cell in rows[1]):
        refusals.append(Refusal("cases-table", where, "there is no table", "a Markdown table with a line of dashes"))
        return [], position
    names, body = rows[0], rows[2:]
    for count, row in enumerate(body):
        if len(row) != len(names):
            where = f"{path}, line {lines[start][0] + 2 + count}"
            refusals.append(Refusal("cases-table", where, f"{len(row)} cells", f"{len(names)} cells"))
            return [], position
    return [dict(zip(names, row, strict=True)) for row in body], position


def _faults(cases: Iterable[Case], path: Path) -> Iterator[Refusal]:
    for case in cases:
        where = f"{path}, line {case.line}"
        if case.expected is None:
            yield Refusal(
                "cases-expectation", where, "there is no `Then`", "Then and a table, or: Then nothing is in scope"
            )
        for row in case.expected or []:
            if row.get("breach") not in BREACH_WORDS:
                yield Refusal("cases-expectation", where, f"breach {row.get('breach')}", ", ".join(BREACH_WORDS))
        for name in case.absent - set(TABLES):
            yield Refusal("cases-unknown-table", where, name, "a table of the model")
        for name, rows in case.given.items():
            if name not in TABLES:
                yield Refusal("cases-unknown-table", where, name, "a table of the model")
                continue
            for column in {column for row in rows for column in row} - set(TABLES[name].by_name):
                yield Refusal("cases-unknown-column", where, f"{name}.{column}", "a column of the model")
            for column, text in [pair for row in rows for pair in row.items() if pair[0] in TABLES[name].by_name]:
                if not _fits(text, TABLES[name].by_name[column]):
                    wanted = f"{TABLES[name].by_name[column].kind}, a boolean being yes or no"
                    yield Refusal("cases-cell", where, f"{name}.{column}: {text}", wanted)


def _fits(text: str, column: Column) -> bool:
    readers = {Kind.DATE: dt.date.fromisoformat, Kind.TIMESTAMP: dt.datetime.fromisoformat}
    try:
        value = _cell(text, column)
        if text and column.kind in readers:
            readers[column.kind](text)
    except (KeyError, ValueError):
        return False
    return value is None or value != "" or column.kind is Kind.TEXT


def _cell(text: str, column: Column) -> Scalar:
    if text == "":
        return None
    if text == '""':
        return ""
    if column.kind is Kind.BOOLEAN:
        return {"yes": True, "no": False}[text]
    if column.kind is Kind.INTEGER:
        return int(text)
    if column.kind is Kind.NUMBER:
        return float(text)
    return text


def _day(text: str, where: str, refusals: list[Refusal]) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        refusals.append(Refusal("cases-cell", where, f"As of {text}", "a valid date"))
        return DEFAULT_AS_OF


def _setting(text: str) -> Value:
    for read in (int, float, dt.date.fromisoformat):
        try:
            return read(text.strip())
        except ValueError:
            continue
    return text.strip()


def _shown(row: Mapping[str, object], names: list[str]) -> tuple[str, ...]:
    return tuple(_breach_word(row[name]) if name == "breach" else _cell_text(row[name]) for name in names)


def _breach_word(value: object) -> str:
    return "unknown" if value is None else "yes" if value else "no"


def _cell_text(value: object) -> str:
    return "" if value is None else str(plain(value))


def _words(names: list[str], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return "no row"
    return "; ".join(", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True)) for row in rows)
