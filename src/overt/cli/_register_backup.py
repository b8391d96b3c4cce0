"""`overt register`: backups of a register, and what is made of one."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._logs import reader_of
from overt.cli._options import (
    ByOption,
    JsonOption,
    Output,
    RegisterArgument,
    day_option,
    now,
)
from overt.cli._output import say, say_json, say_rows
from overt.gate import archive_attempts
from overt.refusals import Exit, Refusal
from overt.register import (
    DUTIES,
    POLICY_FILE,
    Register,
    Replayed,
    back_up,
    check_register,
    replay,
    restore,
)

app = typer.Typer()

LostLogOption = Annotated[
    str | None,
    typer.Option("--log", metavar="LOG", help="Published log: a web address, a bucket or a folder."),
]
NonePublishedOption = Annotated[
    bool, typer.Option("--none-published", help="Confirm that nothing of the log has been published since the backup.")
]


@app.command()
def backup(
    register: RegisterArgument,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="New folder for the backup, outside the register's folder.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Back up a live register to a new folder, with a digest of each file.

    Example:
      overt register backup register/ --out backups/2026-06-30

    Other processes may go on writing. The backup of a register on PostgreSQL has its database as a SQLite file. Also
    keep copies of erasures.jsonl and duties.jsonl that are newer than any backup: a restore needs them.
    """
    with Register.open(register) as opened:
        summary = back_up(opened, out)
    if as_json:
        say_json(asdict(summary))
    else:
        say(f"{out}: {summary.leaves:,} ledger entries, {len(summary.digests)} files")


@app.command("archive-access")
def archive_access_command(
    register: RegisterArgument,
    before: Annotated[dt.date, day_option("--before", "Archive the lines of earlier days.", "")],
    by: ByOption,
) -> None:
    """Move old lines of the portal's access log into an archive, whose digest is entered in the ledger.

    Example:
      overt register archive-access register/ --before 2026-01-01 --by P9001

    The archive is a compressed file of JSON lines in portal/archive. `overt register check` checks it, and that the log
    continues from it. A portal may be running. On PostgreSQL, run it as the owner of the tables.
    """
    with Register.open(register) as opened:
        archive = archive_attempts(opened, before, by=by, now=now())
    if archive is None:
        say("There are no earlier lines")
    else:
        say(f"{archive.name}: lines {archive.first:,} to {archive.last:,}, SHA-256 {archive.digest}")


@app.command("restore")
def restore_command(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="Folder written by `overt register backup`.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="New folder for the register.")],
    erasures: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Newest erasures.jsonl of the lost register.")
    ] = None,
    none_erased: Annotated[
        bool, typer.Option("--none-erased", help="Confirm that nothing has been erased since the backup.")
    ] = False,
    duties: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default="the one next to --erasures",
            help="Newest duties.jsonl of the lost register.",
        ),
    ] = None,
    none_owed: Annotated[
        bool,
        typer.Option(
            "--none-owed", help="Confirm that no request, notice or charter has been recorded since the backup."
        ),
    ] = False,
    log: LostLogOption = None,
    none_published: NonePublishedOption = False,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            show_default="a SQLite file in the folder",
            help="Empty database for the records, on a server: postgresql://…",
        ),
    ] = None,
) -> int:
    """Restore a register from a backup, then repeat every erasure made since.

    Example:
      overt register restore backups/2026-06-30 --out register/ --erasures lost/erasures.jsonl --none-published

    Requests, recalls and charters recorded since the backup are restored under their numbers. With --log, the log
    continues from its published state. Other records added after the backup are lost; their ledger entries remain but
    reveal nothing. To move a register from SQLite to PostgreSQL, back it up and restore it with --database.

    Exit status: 1 if any row does not match its ledger entry.
    """
    if (erasures is None) != none_erased:
        wanted = "--erasures FILE, or --none-erased if there are none"
        raise Refusal("erasures-unsaid", "--erasures", "it is not known what was erased since the backup", wanted)
    beside = erasures.with_name(DUTIES) if erasures and not none_owed else None
    duties = duties or (beside if beside and beside.is_file() else None)
    if (duties is None) != none_owed:
        wanted = "--duties FILE, or --none-owed if there are none"
        raise Refusal(
            "duties-unsaid",
            "--duties",
            "it is not known which requests and notices were recorded since the backup",
            wanted,
        )
    _check_said(backup, log, none_published=none_published)
    restored = restore(
        backup, out, erasures, duties=duties, log=reader_of(log) if log else None, now=now(), database=database
    )
    with Register.open(out) as opened:
        faults = list(check_register(opened))
        status = opened.status()
    say(
        f"Restored to {out}: {status.leaves:,} ledger entries, {status.erased} erased, "
        f"{len(faults)} do not match their rows"
    )
    _say_replayed(restored.replayed)
    if faults:
        say_rows([asdict(fault) for fault in faults], ["seq", "table", "found"], Output.TEXT)
    return Exit.BREACHES if faults else Exit.CLEAR


@app.command("replay")
def replay_command(
    register: RegisterArgument, log: LostLogOption = None, none_published: NonePublishedOption = False
) -> None:
    """Bring a register whose database was restored from a copy up to what it had published and recorded.

    Example:
      overt register replay register/ --log https://police.example/log

    Use this for a database that was restored by its server, or a file that was copied back by hand, before anything
    else is recorded. `overt register restore` does it itself.
    """
    _check_said(register, log, none_published=none_published)
    with Register.open(register, finish=False) as opened:
        replayed = replay(opened, reader_of(log) if log else None, now())
    # Opening it erases again what was erased since.
    Register.open(register).close()
    if not replayed.leaves and not replayed.rows:
        say("Nothing was missing")
    _say_replayed(replayed)


def _check_said(folder: Path, log: str | None, *, none_published: bool) -> None:
    """Refuses to go on from an older copy without being told of the published log, where one was begun."""
    is_begun = (folder / POLICY_FILE).is_file()
    if (log is None) != none_published and (log is not None or is_begun):
        wanted = "--log LOG, or --none-published if nothing was published"
        raise Refusal("published-unsaid", "--log", "it is not known what was published since the backup", wanted)


def _say_replayed(replayed: Replayed) -> None:
    if replayed.leaves:
        say(
            f"Restored {replayed.leaves:,} ledger entries from the published log, {replayed.lost:,} of them "
            "without a record"
        )
    for table, count in sorted(replayed.rows.items()):
        say(f"Restored {count:,} rows of {table.replace('_', ' ')}")
