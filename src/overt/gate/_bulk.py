"""Bulk admission: a register that was kept elsewhere, a million records at a time.

Several processes stage the records; DuckDB puts every control to all of them at once, as the audit does; what
nothing speaks against is written in batches, each with how far it is. Stopped at any moment, the same command
goes on: what was decided is kept beside the register, how much is written in the register itself.
"""

from __future__ import annotations

import datetime as dt
import gc
import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from overt.charter import Charter
from overt.gate._bulk_plan import BulkPlan, BulkReason
from overt.gate._bulk_read import (
    BulkForm,
    Piece,
    StagedPiece,
    Stager,
    check_columns,
    columns_of,
    digest_of,
    files_of,
    leaves_of,
    pieces,
)
from overt.gate._gate import Gate, check_staff
from overt.gate._queue import keep_held, waiting_records
from overt.gate._write import keep_tally
from overt.private import private_files
from overt.refusals import Refusal
from overt.register import Writer, key_unnamed, raise_recalls, untold_entries

Clock = Callable[[], dt.datetime]
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
Tell = Callable[[int, int | None], None]
_PROCESSES = 2
# Bytes of files that are read sooner than further processes are begun.
_SMALL = 2**21
_STAGED_AHEAD, _LEAVES_AHEAD = 4, 2
_LEAVES_PIECE = 2_500


@dataclass(frozen=True)
class BulkReport:
    """What came of a bulk admission: counts of records by outcome, and by outcome, control or rule.

    `details` have each reason with the places of the first records that gave it, the most frequent first. `already` are
    records that an earlier admission had brought in; `is_finished` says that the whole job had been done before, and
    that nothing was decided or written this time. `notes` say what of the files was not taken.
    """

    admitted: int
    held: int
    refused: int
    reasons: dict[tuple[str, str], int] = field(default_factory=dict)
    details: Sequence[BulkReason] = ()
    already: int = 0
    is_finished: bool = False
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report as JSON."""
        counts = {name: getattr(self, name) for name in ("admitted", "already", "held", "refused")}
        reasons = [asdict(reason) for reason in self.details]
        return {**counts, "is_finished": self.is_finished, "notes": list(self.notes), "reasons": reasons}


@dataclass(frozen=True)
class BulkRequest:
    """What to admit, who proposes it, how many records go into one transaction, and how text files are read."""

    paths: Sequence[Path]
    actor: str
    batch: int = 20_000
    form: BulkForm = field(default_factory=BulkForm)


def admit_bulk(gate: Gate, request: BulkRequest, now: Clock, tell: Tell = lambda _, __: None) -> BulkReport:
    """Admits all records of some files that nothing speaks against; the others are counted by why.

    An entry is decided with all that belongs to it. Files that were wholly admitted before are not admitted again, and
    a row that stands in the register as it is given is counted as already there.
    """
    actor = request.actor
    check_staff("the actor", actor)
    if not gate.names_key():
        raise key_unnamed(gate.register)
    files = files_of(request.paths)
    run = digest_of(files)
    plan = BulkPlan(gate.register.folder / f"bulk-{run[:16]}")
    counted = _done(gate, f"{run} counted")
    if counted:
        # It may have stopped between counting and clearing away.
        plan.remove()
        return BulkReport(0, 0, 0, already=_done(gate, f"{run} admitted"), is_finished=True)
    gate.register.check_clock(now())
    notes = check_columns(files, request.form)
    day = gate.day(now().isoformat())
    is_small = sum(path.stat().st_size for path in files) < _SMALL
    with private_files(), (_beside if is_small else _apart)(day.charter, day.day, actor) as pool:
        if not plan.is_whole():
            plan.begin()
            read = 0
            with plan.adding():
                for staged in _in_turn(pool, _stage, pieces(files, request.form), _STAGED_AHEAD):
                    plan.add(staged)
                    read += staged.count
                    tell(read, None)
            plan.decide(gate.register, day)
        try:
            _write_all(_Run(gate, plan, pool, run, request), now, tell)
        except gate.register.store.key_clash:
            plan.remove()
            problem = "another process has admitted a row with the same key in the meantime"
            remedy = "run the same command again: it decides again on the remaining records"
            raise Refusal("bulk-overtaken", "the register", problem, "no other writer", remedy) from None
        counts = (plan.count("admitted"), plan.count("held"), plan.count("refused"))
        report = BulkReport(*counts, plan.reasons(), plan.details(), plan.count("already"), notes=notes)
    _finish(gate, run, report, actor, now)
    plan.remove()
    return report


@dataclass(frozen=True)
class _Run:
    gate: Gate
    plan: BulkPlan
    pool: Executor
    digest: str
    request: BulkRequest


def _write_all(run: _Run, now: Clock, tell: Tell) -> None:
    register, actor = run.gate.register, run.request.actor
    # Under the plan's own name: where the plan was lost and made anew, what is left begins at its beginning.
    digest = f"{run.digest} {run.plan.token}"
    done, total = _done(run.gate, digest), run.plan.count("admitted")
    for table, rows in run.plan.admitted(done, run.request.batch):
        with register.writing(now()) as writer:
            parts = [rows.slice(at, _LEAVES_PIECE) for at in range(0, rows.num_rows, _LEAVES_PIECE)]
            salts = [writer.draw_salts(part.num_rows) for part in parts]
            pieces_of_table = (
                (table, part, actor, writer.moment, drawn) for part, drawn in zip(parts, salts, strict=True)
            )
            # The rows of one part are written while the leaves of the next are made.
            leaves_of_parts = _in_turn(run.pool, _leaves, pieces_of_table, _LEAVES_AHEAD)
            for part, drawn, leaves in zip(parts, salts, leaves_of_parts, strict=True):
                writer.append_many(table, columns_of(part), actor, drawn, leaves)
            done += rows.num_rows
            _mark(writer, digest, done)
        tell(done, total)
    done, queue = _done(run.gate, f"{digest} held"), waiting_records(register.store, actor)
    for bundles in _batches(islice(run.plan.held(), done, None), 1_000):
        with register.writing(now()) as writer:
            for reasons, records in bundles:
                keep_held(writer, register, records, reasons, actor, queue=queue)
            done += len(bundles)
            _mark(writer, f"{digest} held", done)


def _finish(gate: Gate, run: str, report: BulkReport, actor: str, now: Clock) -> None:
    """Counts the decisions, once, and raises the recalls of entries that came in as removed."""
    with gate.register.writing(now()) as writer:
        if not writer.store.rows("select 1 from bulk where run = ?", (f"{run} counted",)):
            tally: Counter[tuple[str, str]] = Counter(report.reasons)
            for word in ("admitted", "held", "refused"):
                tally[word, ""] = getattr(report, word)
            keep_tally(writer, +tally)
            raise_recalls(writer, untold_entries(writer.store), actor)
            _mark(writer, f"{run} admitted", report.admitted + report.already)
            _mark(writer, f"{run} counted", 1)


def _done(gate: Gate, run: str) -> int:
    rows = gate.register.store.rows("select done from bulk where run = ?", (run,))
    return int(rows[0][0]) if rows else 0


def _mark(writer: Writer, run: str, done: int) -> None:
    writer.store.run(
        "insert into bulk (run, done) values (?, ?) on conflict (run) do update set done = excluded.done", (run, done)
    )


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some


_here = threading.local()


def _beside(charter: Charter | None, day: dt.date, actor: str) -> Executor:
    """A thread of this process, which makes rows."""
    return ThreadPoolExecutor(1, initializer=_start, initargs=(charter, day, actor))


def _apart(charter: Charter | None, day: dt.date, actor: str) -> Executor:
    """Processes that make rows."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(_PROCESSES, context, _start_apart, (charter, day, actor))


def _start_apart(charter: Charter | None, day: dt.date, actor: str) -> None:
    # A process whose parent was killed would wait for work for ever, with the charter and rows in its memory.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # A process that does nothing but make rows has little use for looking over them again and again.
    gc.set_threshold(500_000)
    _start(charter, day, actor)


def _start(charter: Charter | None, day: dt.date, actor: str) -> None:
    _here.stager = Stager(charter, day, actor)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stage(piece: Piece) -> StagedPiece:
    stager: Stager = _here.stager
    return stager.stage(piece)


def _leaves(piece: tuple[str, pa.RecordBatch, str, str, list[bytes]]) -> list[bytes]:
    return leaves_of(*piece)


def _in_turn(pool: Executor, work: Callable[[_Item], _Result], items: Iterable[_Item], ahead: int) -> Iterator[_Result]:
    """Results in the order of the items; while one is used, so many others are made."""
    iterator = iter(items)
    submitted = [pool.submit(work, item) for item in islice(iterator, ahead)]
    while submitted:
        submitted += [pool.submit(work, item) for item in islice(iterator, 1)]
        yield submitted.pop(0).result()
