"""One reviewer's marks, taken back from a filled worksheet.

Reviewers are blind to each other: each fills a copy of the worksheet as it was drawn, each has a
file of their own, and taking marks back says nothing of anybody else's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overt.audits.sample._draw import Sample, read_sample
from overt.audits.sample._worksheet import (
    MARKS,
    as_drawn,
    header,
    not_written,
    read_filled,
    read_original,
    same_text,
    write_sheets,
)
from overt.encoding import read_json
from overt.pages import neutral_text
from overt.refusals import Refusal, Refusals, raise_all

SCHEMA_VERSION = 1
_REVIEWER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_FAULTS_SHOWN = 20
_AGAIN = "record the worksheet again"
_FRESH = (
    "copy the marks into a fresh worksheet. Some programs change dates when they save a CSV; the Excel worksheet "
    "avoids this"
)


@dataclass(frozen=True)
class Marks:
    """What one reviewer marked: a mark for each key that has one, and the notes.

    `settles` marks the third person, who decides where the reviewers differ and is not compared.
    """

    reviewer: str
    settles: bool
    rows: int
    marks: dict[str, str]
    notes: dict[str, str]

    @property
    def not_marked(self) -> int:
        """How many rows of the worksheet were left without a mark."""
        return self.rows - len(self.marks)

    def as_text(self) -> str:
        """One line that says what was taken and nothing of how it was marked."""
        return f"{self.reviewer}: {len(self.marks):,} of {self.rows:,} rows marked, {self.not_marked:,} not marked"


def mark(sample_dir: Path, reviewer: str, worksheet: Path, *, replace: bool = False, settles: bool = False) -> Marks:
    """Takes a filled worksheet (Excel or CSV) of one reviewer into the sample folder.

    A row without a mark is "not marked". Refuses, with every fault at once: a reviewer who has
    marked already (unless `replace`), another sample's worksheet, rows that were added, taken away
    or changed, and marks outside the list. With `settles` the worksheet of the third person is
    taken, who may return only the rows on which the reviewers differ.
    """
    sample = read_sample(sample_dir)
    target = _target(sample_dir, reviewer, replace=replace)
    taken, digest = read_worksheet(sample_dir, reviewer, worksheet, settles=settles)
    _write(target, marks_text(taken, sample, digest))
    return taken


def read_worksheet(sample_dir: Path, reviewer: str, worksheet: Path, *, settles: bool = False) -> tuple[Marks, str]:
    """The marks in a filled worksheet (Excel or CSV) and its SHA-256 in hexadecimal; nothing is kept.

    Refuses what `mark` refuses.
    """
    sample = read_sample(sample_dir)
    if settles:
        _check_may_settle(sample_dir, sample, reviewer)
    original = read_original(sample_dir, sample)
    lines = read_filled(worksheet, sample)
    _check_header(lines, sample, worksheet)
    marks, notes, faults = _read_rows(lines, original, sample, worksheet)
    if not settles:
        faults += _missing(lines, original, worksheet)
    _raise_some(faults)
    rows = sum(1 for line in lines[1:] if line)
    return Marks(reviewer, settles, rows, marks, notes), hashlib.sha256(worksheet.read_bytes()).hexdigest()


def read_marks(sample_dir: Path, sample: Sample) -> list[Marks]:
    """Every reviewer's marks, in the order of their names; refuses marks of another drawing."""
    return [_read_one(path, sample) for path in sorted(sample_dir.glob("marks-*.json"))]


def write_unsettled(sample_dir: Path, keys: set[str]) -> tuple[Path, ...]:
    """Writes `unsettled.csv` and `unsettled.xlsx`: the rows on which reviewers differ, without their marks."""
    sample = read_sample(sample_dir)
    # Cells of the drawn worksheet are neutralised; taking one apostrophe away gives the text again.
    original = [[as_drawn(cell) for cell in row] for row in read_original(sample_dir, sample)]
    rows = [cells for row, cells in zip(sample.rows, original, strict=True) if row.key in keys]
    try:
        return tuple(sample_dir / name for name in sorted(write_sheets(sample_dir, "unsettled", sample, rows)))
    except OSError as error:
        raise not_written(sample_dir, error) from error


def _target(sample_dir: Path, reviewer: str, *, replace: bool) -> Path:
    if not _REVIEWER.fullmatch(reviewer):
        raise Refusal(
            "reviewer-name",
            "--reviewer",
            "this cannot be used as a file name",
            "1 to 40 letters, digits, full stops or dashes",
        )
    target = sample_dir / f"marks-{reviewer}.json"
    if target.exists() and not replace:
        raise Refusal(
            "marked-already",
            f"reviewer {reviewer}",
            "this reviewer's marks have already been recorded",
            remedy="use --replace to record the new worksheet instead",
        )
    return target


def _check_may_settle(sample_dir: Path, sample: Sample, reviewer: str) -> None:
    others = [marks for marks in read_marks(sample_dir, sample) if marks.reviewer != reviewer]
    who = f"reviewer {reviewer}"
    if sum(not marks.settles for marks in others) < 2:
        raise Refusal("nothing-to-settle", who, "fewer than two reviewers have marked", "two reviewers")
    if any(marks.settles for marks in others):
        raise Refusal(
            "marked-already", who, "another person already settles this sample", "only one person who settles"
        )


def _check_header(lines: list[list[str]], sample: Sample, worksheet: Path) -> None:
    wanted = [neutral_text(cell) for cell in header(sample)]
    first_line = _trimmed(lines[0]) if lines else []
    if len(first_line) != len(wanted) or not all(map(same_text, first_line, wanted)):
        raise Refusal(
            "worksheet-other",
            f"{worksheet}, row 1",
            "the columns are not those of this sample's worksheet",
            "the first row as it was drawn",
            "fill in a copy of sample.xlsx and change only the columns mark and note",
        )


def _trimmed(line: list[str]) -> list[str]:
    """The line without empty cells at its end."""
    return line[: max((place for place, cell in enumerate(line, start=1) if cell), default=0)]


def _read_rows(
    lines: list[list[str]], original: list[list[str]], sample: Sample, worksheet: Path
) -> tuple[dict[str, str], dict[str, str], list[Refusal]]:
    """Marks and notes by key, and what is wrong with the rows; rows may stand in any order."""
    width = len(sample.columns)
    known = {cells[0]: (row.key, cells) for row, cells in zip(sample.rows, original, strict=True)}
    marks: dict[str, str] = {}
    notes: dict[str, str] = {}
    seen: set[str] = set()
    faults: list[Refusal] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = [*line, *[""] * (width + 2 - len(line))]
        where = f"{worksheet}, row {number}"
        fault = _row_fault(cells, known, seen, width, where)
        if fault is not None:
            faults.append(fault)
            continue
        key = known[cells[0]][0]
        seen.add(cells[0])
        mark = " ".join(as_drawn(cells[width]).casefold().split())
        if mark in MARKS:
            marks[key] = mark
        elif mark:
            faults.append(
                Refusal("mark-unknown", where, "the mark is not in the list", f"{', '.join(MARKS)}, or empty")
            )
        if cells[width + 1].strip():
            notes[key] = as_drawn(cells[width + 1]).strip()
    return marks, notes, faults


def _row_fault(
    cells: list[str], known: Mapping[str, tuple[str, list[str]]], seen: set[str], width: int, where: str
) -> Refusal | None:
    """What is wrong with one row: its key, a repetition, or cells that are no longer as drawn."""
    if cells[0] not in known:
        return Refusal("key-unknown", where, "this row was not drawn", "a row of this sample")
    if cells[0] in seen:
        return Refusal("key-repeated", where, "this row appears twice in the worksheet", "each row once")
    if any(cells[width + 2 :]):
        return Refusal("row-changed", where, "there are cells to the right of the column note", "the columns as drawn")
    # A column sorted by itself would put one row's mark against another row's grounds.
    changed = [place for place in range(width) if not same_text(cells[place], known[cells[0]][1][place])]
    if changed:
        return Refusal(
            "row-changed",
            where,
            f"{len(changed)} cells are not as they were drawn, starting with column {changed[0] + 1}",
            "changes only in the columns mark and note",
            _FRESH,
        )
    return None


def _missing(lines: list[list[str]], original: list[list[str]], worksheet: Path) -> list[Refusal]:
    left = Counter(row[0] for row in original) - Counter(line[0] for line in lines[1:] if line)
    if not left:
        return []
    return [
        Refusal(
            "rows-missing",
            str(worksheet),
            f"{left.total():,} of {len(original):,} drawn rows are not in it",
            "every drawn row, marked or not",
        )
    ]


def _raise_some(faults: list[Refusal]) -> None:
    """Raises all faults, or the first twenty and how many more there are."""
    if len(faults) > _FAULTS_SHOWN:
        more = len(faults) - _FAULTS_SHOWN
        raise Refusals([*faults[:_FAULTS_SHOWN], Refusal("row-changed", "the worksheet", f"and {more:,} more faults")])
    raise_all(faults)


def marks_text(taken: Marks, sample: Sample, worksheet_digest: str | None) -> str:
    """The text of the file that keeps the marks of one reviewer, with the digest of the worksheet they came in."""
    body = {
        "schema_version": SCHEMA_VERSION,
        "sample": sample.digest,
        "reviewer": taken.reviewer,
        "settles": taken.settles,
        "worksheet": worksheet_digest,
        "rows": taken.rows,
        "marks": dict(sorted(taken.marks.items())),
        "notes": dict(sorted(taken.notes.items())),
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _write(target: Path, text: str) -> None:
    half = target.with_name(f".{target.name}.half-written")
    try:
        half.write_text(text, "utf-8")
        half.replace(target)
    except OSError as error:
        raise not_written(target, error) from error


def _read_one(path: Path, sample: Sample) -> Marks:
    try:
        body: dict[str, Any] = read_json(path.read_bytes())
        taken = Marks(body["reviewer"], body["settles"], body["rows"], dict(body["marks"]), dict(body["notes"]))
        version, digest = body["schema_version"], body["sample"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal("marks-unreadable", str(path), "there are no readable marks here", remedy=_AGAIN) from error
    keys = {row.key for row in sample.rows}
    if version != SCHEMA_VERSION or digest != sample.digest or not keys.issuperset(taken.marks):
        raise Refusal("marks-other", str(path), "these marks belong to another sample", remedy=_AGAIN)
    if not set(MARKS).issuperset(taken.marks.values()):
        raise Refusal("mark-unknown", str(path), "a mark is not in the list", ", ".join(MARKS))
    return taken
