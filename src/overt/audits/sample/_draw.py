"""A random sample of a register's rows, drawn for people to judge.

`draw` takes a sample that anyone can draw again from the same source: within each stratum the rows
are put in the order of MD5(`seed:key`) and the first are taken. That order depends on neither the
order of the rows nor the number of threads. The seed should be agreed before anyone has seen the
register; it is on every page that the sample leads to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt.audits.sample._condition import NO_LOOK_UP, monitors, names_a_row, read_condition
from overt.audits.sample._frame import Frame, Values, present_columns, shown_columns
from overt.encoding import read_json
from overt.model import TABLES, Table
from overt.refusals import Refusal, raise_all

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA_VERSION = 1
LARGEST_SAMPLE = 10_000
SMALLEST_CHOSEN_FRAME = 10
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Stratum:
    """One part of the frame: what its rows have in common, how many they are, how many were drawn."""

    values: Values
    population: int
    sample: int


@dataclass(frozen=True)
class SampleRow:
    """One drawn row: its key, the number of its stratum, and the cells that the reviewers see."""

    key: str
    stratum: int
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """A drawn sample and everything needed to draw it again.

    `rows` are in the order of the worksheet, which mixes the strata. The cells are absent when the
    sample was read back: they are kept in the worksheets and nowhere else. `closed` is how many rows of
    the frame belong to a closed entry, where the source tells.
    """

    register: str
    source_digest: str
    table: str
    key: str
    question: str
    seed: int
    size: int
    where: str | None
    by: tuple[str, ...]
    columns: tuple[str, ...]
    shown: tuple[str, ...]
    reason: str
    strata: tuple[Stratum, ...]
    rows: tuple[SampleRow, ...]
    worksheets: tuple[tuple[str, str], ...] = ()
    closed: int | None = None

    @property
    def frame(self) -> int:
        """How many rows the sample was drawn from."""
        return sum(stratum.population for stratum in self.strata)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of everything else in `sample.json`."""
        return hashlib.sha256(_canonical(self._body())).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """What stands in `sample.json`: ids and counts, no content."""
        return {**self._body(), "digest": self.digest}

    def _body(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "register": self.register,
            "source_digest": self.source_digest,
            "table": self.table,
            "key": self.key,
            "question": self.question,
            "seed": self.seed,
            "size": self.size,
            "where": self.where,
            "by": list(self.by),
            "columns": list(self.columns),
            "shown": list(self.shown),
            "reason": self.reason,
            "method": "within each stratum, the lowest MD5 of 'seed:key'; proportional, largest remainder",
            "frame": self.frame,
            "strata": [
                {"values": list(stratum.values), "population": stratum.population, "sample": stratum.sample}
                for stratum in self.strata
            ],
            "rows": [{"key": row.key, "stratum": row.stratum} for row in self.rows],
            "worksheets": dict(self.worksheets),
            # A sample that was drawn before this was counted keeps the digest it has.
            **({} if self.closed is None else {"closed": self.closed}),
        }


def draw(
    connection: DuckDBPyConnection,
    *,
    table: str,
    question: str,
    size: int,
    seed: int,
    strata: Sequence[str] = (),
    where: str | None = None,
    show: Sequence[str] = (),
    reason: str = "",
    register: str = "",
    source_digest: str = "",
    filled: Mapping[str, Collection[str]] | None = None,
) -> Sample:
    """A random sample of `size` rows of one model table, in proportion to its strata.

    A frame no larger than `size` is taken whole. Only ids and dates are shown to the reviewers,
    and the columns in `show`, which need a reason. Refuses unknown tables and columns, monitoring
    data, a key that is missing or not unique, and more strata than rows to draw. The connection is
    only read. Nothing is promised about rows that share nothing but the order of their strata:
    the order within a stratum is all that chance decides.
    """
    wanted = _check_request(
        table, question=question, size=size, seed=seed, strata=tuple(strata), show=tuple(show), reason=reason
    )
    condition = read_condition(where, wanted) if where else None
    present = present_columns(connection, wanted, (*strata, *show), filled)
    frame = Frame(connection, wanted.name, wanted.key.name, condition, tuple(strata))
    counts = frame.strata()
    _check_frame(sum(counts.values()), condition is not None)
    frame.check_keys()
    sizes = allocate(counts, size)
    keys = frame.lowest(seed, sizes)
    columns = shown_columns(wanted, present, tuple(show))
    cells = frame.cells([key for _, key, _ in keys], columns)
    order = {values: number for number, values in enumerate(sizes)}
    return Sample(
        register=register,
        source_digest=source_digest,
        table=wanted.name,
        key=wanted.key.name,
        question=question.strip(),
        seed=seed,
        size=size,
        where=where,
        by=tuple(strata),
        columns=columns,
        shown=tuple(name for name in columns if name in show),
        reason=reason.strip(),
        strata=tuple(Stratum(values, counts[values], taken) for values, taken in sizes.items()),
        rows=tuple(SampleRow(key, order[values], cells[key]) for _, key, values in keys),
        closed=frame.closed(filled),
    )


def allocate(populations: Mapping[Values, int], size: int) -> dict[Values, int]:
    """How many rows to draw from each stratum, in the order of the strata's values.

    In proportion to the populations by the largest remainder, but at least one from each stratum:
    a stratum whose share is below one row gets one, and the rest is shared out among the others.
    The sizes add up to `size`, or to the whole frame where that is no larger. Refuses more strata
    than rows, since a stratum without a row says nothing about its people.
    """
    order = sorted(populations, key=lambda values: [(value is not None, value or "") for value in values])
    if sum(populations.values()) <= size:
        return {values: populations[values] for values in order}
    if len(order) > size:
        raise Refusal(
            "too-many-strata",
            "--by",
            f"{len(order)} strata and {size} rows to draw",
            "at least one row for each stratum",
            "draw more rows or stratify by fewer columns",
        )
    sizes = dict.fromkeys(order, 1)
    shared, left = list(order), size
    while True:
        total = sum(populations[values] for values in shared)
        share = {values: Fraction(left * populations[values], total) for values in shared}
        small = [values for values in shared if share[values] < 1]
        if not small:
            break
        shared = [values for values in shared if share[values] >= 1]
        left -= len(small)
    sizes |= {values: int(share[values]) for values in shared}
    # The sort is stable, so equal remainders go by the order of the strata.
    remainder = sorted(shared, key=lambda values: int(share[values]) - share[values])
    for values in remainder[: size - sum(sizes.values())]:
        sizes[values] += 1
    return sizes


def read_sample(folder: Path) -> Sample:
    """The sample that was written to the folder, without its cells; refuses one that was changed since."""
    path = folder / "sample.json"
    try:
        body = read_json(path.read_bytes())
        digest, version = body.pop("digest"), body["schema_version"]
        if version != SCHEMA_VERSION:
            raise Refusal("not-a-sample", str(path), f"schema_version {version}", f"schema_version {SCHEMA_VERSION}")
        if hashlib.sha256(_canonical(body)).hexdigest() != digest:
            raise Refusal(
                "sample-changed",
                str(path),
                "this is not the sample that was drawn: the digest differs",
                remedy="draw it again",
            )
        return _from_body(body)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Refusal(
            "not-a-sample", str(path), "there is no readable sample here", "a folder written by `overt sample draw`"
        ) from error


def _from_body(body: Mapping[str, Any]) -> Sample:
    return Sample(
        **{name: body[name] for name in ("register", "source_digest", "table", "key", "question", "seed", "size")},
        where=body["where"],
        by=tuple(body["by"]),
        columns=tuple(body["columns"]),
        shown=tuple(body["shown"]),
        reason=body["reason"],
        strata=tuple(
            Stratum(tuple(stratum["values"]), stratum["population"], stratum["sample"]) for stratum in body["strata"]
        ),
        rows=tuple(SampleRow(row["key"], row["stratum"]) for row in body["rows"]),
        worksheets=tuple(sorted(body["worksheets"].items())),
        closed=body.get("closed"),
    )


def with_worksheets(sample: Sample, digests: Mapping[str, str]) -> Sample:
    """The sample that also names its worksheets, each with the SHA-256 of its bytes."""
    return replace(sample, worksheets=tuple(sorted(digests.items())))


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _check_request(
    name: str, *, question: str, size: int, seed: int, strata: tuple[str, ...], show: tuple[str, ...], reason: str
) -> Table:
    """The table asked for; refuses every fault in what was asked, before any row is read."""
    table = TABLES.get(name)
    if table is None:
        raise Refusal("table-unknown", "--table", f"the model has no table {name}", "a table that overt model lists")
    faults: list[Refusal] = []
    if not question.strip():
        faults.append(
            Refusal("question-missing", "--question", "there is no question", "the question for the reviewers")
        )
    if not 1 <= size <= LARGEST_SAMPLE:
        faults.append(Refusal("sample-size", "--size", f"{size} rows", f"1 to {LARGEST_SAMPLE:,} rows"))
    if seed < 0:
        faults.append(Refusal("sample-seed", "--seed", "a negative seed", "a whole number from 0"))
    for option, names in (("--by", strata), ("--show", show)):
        twice = sorted({name for name in names if names.count(name) > 1})
        faults += [Refusal("column-repeated", option, f"{name} is named twice") for name in twice]
        faults += [fault for name in names if (fault := _column_fault(table, name, option)) is not None]
    if show and len(reason.strip()) < SHORTEST_REASON:
        faults.append(
            Refusal(
                "reason-missing",
                "--show",
                f"{', '.join(show)} would be shown without a reason",
                f"--reason with at least {SHORTEST_REASON} characters",
                "give the reason why the reviewers must see content. It is kept with the sample",
            )
        )
    raise_all(faults)
    return table


def _column_fault(table: Table, name: str, option: str) -> Refusal | None:
    column = table.by_name.get(name)
    if column is None:
        return Refusal("column-unknown", option, f"table {table.name} has no column {name}")
    if monitors(column):
        return Refusal(
            "monitoring-data",
            option,
            f"{name} is monitoring data and is never shown next to a person",
            remedy="compare groups with counts over the whole register instead",
        )
    if option == "--by" and names_a_row(column):
        return Refusal("no-hunting", option, f"{name} would identify a single row or person", "", NO_LOOK_UP)
    return None


def _check_frame(rows: int, chosen: bool) -> None:
    if rows == 0:
        raise Refusal("frame-empty", "the table and condition", "there are no rows to draw from", "at least one row")
    # A condition that leaves a handful of people is a search and not a sample.
    if chosen and rows < SMALLEST_CHOSEN_FRAME:
        raise Refusal(
            "frame-too-small",
            "--where",
            f"the condition leaves fewer than {SMALLEST_CHOSEN_FRAME} rows",
            f"at least {SMALLEST_CHOSEN_FRAME} rows",
            "use a wider condition. A table without a condition can be sampled however small it is",
        )
