"""One run: the list is read, compared with the register, and discarded. Counts stay, and the owner's own file."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from overt.gate import Admitted, Gate, Proposed
from overt.machine import BINARY
from overt.model import ACCESS
from overt.pseudonym import PseudonymKey
from overt.reconcile._account import TO_DO, Json, account
from overt.reconcile._list import ListOptions, open_list, people_on
from overt.reconcile._reconcile import ListVerdict, RowVerdict, Standing, key_for, reconcile, tally
from overt.reconcile._report import report
from overt.refusals import Refusal
from overt.register import Register

# Fewer people than this, and row numbers would tell who each of them is to the register: counts alone are given then.
LEAST_FOR_ROWS = 10
SHORTEST_REASON = 20
ROWS_HEADER = ("row", "verdict", "agreement", "spelling", "roles in the register", "what to do")


@dataclass(frozen=True)
class ListRequest:
    """What is asked: a list, the moment, who asks and why; `rows` is the owner's file, `label` what the list is called.

    `leaving` are entries that are about to be erased: whoever has no other counts as removed, while they can be found.

    The list's own file name and digest are kept nowhere: both could tell who is on it.
    """

    path: Path
    options: ListOptions
    as_of: dt.datetime
    by: str
    reason: str
    label: str = "the list"
    rows: Path | None = None
    leaving: frozenset[str] = frozenset()
    progress: Callable[[int], None] = field(default=lambda _: None, repr=False)


def run(register: Register, key: PseudonymKey, request: ListRequest, now: dt.datetime) -> Json:
    """The account of a run. The register logs that it was combined with a list (DPA 2018 s.62), by whom and why.

    Refuses before anything is compared: a list that is not in order, one of a single person, row numbers for a list of
    few people, a wrong key, and a run that cannot be logged.
    """
    used, named = key_for(register, key, request.as_of)
    people = people_on(request.path, request.options)
    if request.rows is not None and people < LEAST_FOR_ROWS:
        wanted = f"{LEAST_FOR_ROWS} people or more; for fewer the counts alone"
        raise Refusal("list-too-small", request.path.name, f"{people} people", wanted, "leave out --rows")
    reason = " ".join(request.reason.split())
    if len(reason) < SHORTEST_REASON:
        raise Refusal("run-reason", "--reason", "the reason is too short", f"{SHORTEST_REASON} characters at least")
    notes: list[str] = []
    opened = open_list(request.path, request.options, notes.append)
    with opened as (columns, rows), _owners_file(request.rows) as tell:
        log_run(register, "combine", request.by, f"{reason}; a list of {people} people", now)
        standing = Standing.at(register, request.as_of, request.leaving)
        counts = tally(reconcile(rows, standing, used), tell, request.progress)
    settings = register.settings
    return account(
        counts,
        label=request.label,
        register=settings.name,
        origin=settings.origin,
        as_of=request.as_of.replace(microsecond=0, tzinfo=None).isoformat(sep=" "),
        key=used.id,
        named=named,
        columns=columns,
        notes=notes,
    )


def write_result(account: Json, folder: Path) -> list[Path]:
    """`reconcile.json` and `report.html` in a folder that is new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("out-not-empty", str(folder), "there is something there already", "a new or empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "reconcile.json": json.dumps(account, indent=2, ensure_ascii=False).encode() + b"\n",
        "report.html": report(account),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def log_run(register: Register, action: str, by: str, reason: str, now: dt.datetime) -> None:
    """A line in the register's access log; refuses when the gate does not admit it."""
    line: dict[str, str] = {
        ACCESS.access_id: f"RC-{register.entropy(8).hex()}-0",
        ACCESS.occurred_at: now.isoformat(),
        ACCESS.actor: by,
        ACCESS.action: action,
        ACCESS.reason: reason,
    }
    (outcome,) = Gate(register).admit([Proposed("access", line)], by, now)
    if not isinstance(outcome, Admitted):
        reasons = "; ".join(f"{reason.where}: {reason.says}" for reason in outcome.reasons)
        raise Refusal("run-not-logged", "the access log of the register", reasons, "a log entry that the gate admits")


@contextmanager
def _owners_file(path: Path | None) -> Iterator[Callable[[RowVerdict], None]]:
    """Row numbers for the owner alone, in a new file that only they can read; gone again if the run fails."""
    if path is None:
        yield lambda _: None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
    except FileExistsError:
        raise Refusal(
            "out-is-there", str(path), "something with this name already exists", "a name that is not in use"
        ) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(ROWS_HEADER)
            yield lambda result: writer.writerow(_line(result))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _line(result: RowVerdict) -> list[str | int]:
    match = result.match
    words = [match.agreement.value, match.spelling.value] if match else ["", result.row.why]
    return [result.row.number, result.verdict.value, *words, " ".join(result.roles), TO_DO[ListVerdict(result.verdict)]]
