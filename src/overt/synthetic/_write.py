"""Writes a planned register as a folder: a file for each table, a word of warning, the answer key.

The folder is made beside its place under another name and takes its place when it is whole. If the process is killed,
the tables that were whole are kept there, and the same command goes on after them.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import duckdb

from overt import __version__
from overt.machine import LockHeld, lock, sync
from overt.model import DUCKDB_TYPES, TABLES
from overt.private import private_folder
from overt.refusals import Refusal
from overt.synthetic._plan import RegisterPlan
from overt.synthetic._streams import added, streams
from overt.synthetic._tables import entries, everybody, items, second_records

Progress = Callable[[str, int], None]

KEY_FILE = "answer-key.json"
FORMATS = ("parquet", "csv")
# No document stands behind a digest, and nobody ever learned anything of these people.
_LEFT_OUT = ("evidence_sha256", "recorded_at")
# Columns of an entry that are asked for by rules of places that no register of people here is of.
_OF_NO_PLACE_HERE = ("approved_on", "attestation_ref", "time_reset_on", "sensitivity_level", "submitting_agency")
# Columns that only the law of some countries asks for: registers that are made for `core` and its variants are without.
_OF_OTHER_LAW = (
    ("entry", "mention_on"), ("outcome", "kept_by_order_on"), ("access", "purpose"),
    ("consequence", "significant"), ("item", "source_authority"), ("request", "told_on"),
    ("request", "told_withheld_reason"), ("request", "names_complaint"),
)  # fmt: skip
_OF_CORE = ("core", "uk-scotland")
# What the core controls read, the longest work first.
_TABLES = (
    "item", "entry", "subject", "access", "review", "outcome", "disclosure", "authority", "authority_review",
    "agreement", "copy", "category", "assessment", "processing_record", "data_breach", "term_hit", "correction",
    "decision_safeguard", "request",
    "release_cell", "published_count", "claim",
)  # fmt: skip
_OPTIONS = {
    "parquet": "format parquet, compression zstd, kv_metadata {'overt.synthetic': 'true'}",
    "csv": "format csv, header true",
}
_AT_ONCE = 2
_UNFINISHED, _LOCK, _MARK = ".unfinished", "lock", "mark"
_MEMORY = "600MB"


def write_register(
    plan: RegisterPlan, texts: Mapping[str, str], out: Path, form: str, progress: Progress | None
) -> None:
    """The folder `out`, whole, with the tables of the plan and some texts by file name.

    Refuses a register that is too small for its faults, and a place that is taken, in which another process writes a
    register, or that cannot be written. Refused or interrupted, it leaves nothing behind.
    """
    mark = json.dumps([__version__, duckdb.__version__, plan.setting.kind, plan.rows, plan.seed, form])
    with _whole_folder(out, mark) as folder:
        left = [table for table in tables_of(plan) if not (folder / f"{table}.{form}").exists()]
        _write_tables({table: table_sql(plan, table) for table in left}, folder, form, progress)
        for name, words in texts.items():
            (folder / name).write_text(words, encoding="utf-8")


def tables_of(plan: RegisterPlan) -> list[str]:
    """The tables of a register: all that the core controls read, and those the plan has rows for."""
    return [*_TABLES, *(name for name in dict.fromkeys([*plan.values, *plan.additions]) if name not in _TABLES)]


def _write_tables(tables: Mapping[str, str], folder: Path, form: str, progress: Progress | None) -> None:
    """Writes the tables, some at a time. One thread for each keeps the order of its rows, and so the bytes."""
    with ExitStack() as stack:
        spill = stack.enter_context(tempfile.TemporaryDirectory(prefix=".spill-", dir=folder))
        connections = {table: stack.enter_context(_connect(spill)) for table in tables}
        pool = stack.enter_context(ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1)))
        written = {
            pool.submit(_write_table, connections[table], sql, folder / f"{table}.{form}", form): table
            for table, sql in tables.items()
        }
        try:
            for done in as_completed(written):
                rows = done.result()
                if progress is not None:
                    progress(written[done], rows)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for connection in connections.values():
                # One that has done its work is closed.
                with suppress(duckdb.ConnectionException):
                    connection.interrupt()
            raise


def _connect(spill: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1, "memory_limit": _MEMORY, "temp_directory": spill})


def _write_table(connection: duckdb.DuckDBPyConnection, sql: str, path: Path, form: str) -> int:
    """Writes one table and says how many rows it has."""
    unfinished = path.with_suffix(_UNFINISHED)
    target = str(unfinished).replace("'", "''")
    if form == "csv":
        # A CSV file has no metadata: each row says what it is.
        sql = f"select *, 'yes' as synthetic from ({sql})"
    copied = connection.execute(f"copy ({sql}) to '{target}' ({_OPTIONS[form]})").fetchone()
    connection.close()
    sync(unfinished)
    unfinished.rename(path)
    return int(copied[0]) if copied else 0


def table_sql(plan: RegisterPlan, table: str) -> str:
    """The select that makes a whole table."""
    parts: list[str] = []
    if table == "entry":
        parts.append(_typed(plan, table, entries(plan)))
    elif table == "item":
        parts.append(_typed(plan, table, items(plan)))
    elif table == "subject":
        parts.append(_typed(plan, table, everybody(plan)))
        parts += [_typed(plan, table, second_records(plan, addition)) for addition in plan.additions.get(table, [])]
    else:
        parts += [_typed(plan, table, stream.sql(plan), list(stream.columns)) for stream in streams(plan, table)]
        parts += [_typed(plan, table, *added(plan, addition)) for addition in plan.additions.get(table, [])]
    parts += _values(plan, table)
    return " union all ".join(parts) or f"{_typed(plan, table, 'select 1', ())} where false"


def _columns(plan: RegisterPlan, table: str) -> Iterator[tuple[str, str]]:
    left_out = {
        *_LEFT_OUT,
        *(_OF_NO_PLACE_HERE if table == "entry" else ()),
        *(name for of, name in _OF_OTHER_LAW if of == table and plan.setting.pack in _OF_CORE),
    }
    for column in TABLES[table].columns:
        if column.name not in left_out:
            yield column.name, DUCKDB_TYPES[column.kind]


def _typed(plan: RegisterPlan, table: str, source: str, columns: Sequence[str] | None = None) -> str:
    """The columns of the model, in its order and types; those the source does not give are null."""
    wanted = (
        f"cast({'null' if columns is not None and name not in columns else name} as {kind}) as {name}"
        for name, kind in _columns(plan, table)
    )
    return f"select {', '.join(wanted)} from ({source})"


def _values(plan: RegisterPlan, table: str) -> list[str]:
    rows = plan.values.get(table, [])
    if not rows:
        return []
    names = [name for name, _ in _columns(plan, table)]
    lines = ", ".join(f"({', '.join(row.get(name, 'null') for name in names)})" for row in rows)
    return [_typed(plan, table, f"select * from (values {lines}) v({', '.join(names)})")]


@contextmanager
def _whole_folder(out: Path, mark: str) -> Iterator[Path]:
    """A folder that takes its place when the block ends well, and is removed when it does not.

    It holds the tables that an earlier process, which was killed, finished of the register that `mark` tells of.
    """
    if out.exists() or out.is_symlink():
        raise Refusal(
            "synth-folder-there",
            str(out),
            "a file or folder already exists there",
            "a name that is not in use",
            "choose another --out",
        )
    folder = out.with_name(f".{out.name}.partial")
    with ExitStack() as stack:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            private_folder(folder)
            held = stack.enter_context((folder / _LOCK).open("w", encoding="utf-8"))
            lock(held)
            _keep_finished(folder, mark)
        except LockHeld:
            raise Refusal(
                "synth-under-way",
                str(out),
                "another process is writing this register",
                "",
                "wait for it to finish, or choose another --out",
            ) from None
        except OSError as error:
            _refuse(out, error)
        try:
            yield folder
            for name in (_LOCK, _MARK):
                (folder / name).unlink()
            folder.chmod(0o755)
            folder.rename(out)
        except (OSError, duckdb.IOException) as error:
            _refuse(out, error)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _keep_finished(folder: Path, mark: str) -> None:
    """Clears the folder, but for the finished tables of the same register."""
    written = folder / _MARK
    same = written.is_file() and written.read_text(encoding="utf-8") == mark
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != _LOCK and (not same or path.suffix == _UNFINISHED):
            path.unlink()
    written.write_text(mark, encoding="utf-8")


def _refuse(out: Path, error: Exception) -> NoReturn:
    full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
    fault = "the disk is full" if full else f"it cannot be written ({type(error).__name__})"
    remedy = "free space or choose another --out" if full else "choose a folder that you may write"
    raise Refusal("synth-folder", str(out), fault, "a folder with room for the register", remedy) from None
