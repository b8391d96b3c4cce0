"""`overt register`: hands out tables and single rows of a register, and erases entries."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli._complete import table_names
from overt.cli._options import (
    AsOfMomentOption,
    ByOption,
    JsonOption,
    Output,
    OutputOption,
    RegisterArgument,
    YesOption,
    now,
)
from overt.cli._output import chosen, erasure_words, say, say_json, say_left, say_rows, sure_to_erase, talk
from overt.ledger import canonical_json, prove
from overt.private import private_folder, write_private
from overt.refusals import Exit, Refusal, nearest
from overt.register import (
    KEPT_TABLES,
    LETTER_DAYS,
    PATIENCE_SECONDS,
    SNAPSHOTS_FOLDER,
    Register,
    RegisterLog,
    Version,
    destroy_letters,
    erase,
    finish_erasures,
    identity,
    snapshot,
    unfinished_erasures,
    weigh,
)

app = typer.Typer()

TableArgument = Annotated[
    str, typer.Argument(autocompletion=table_names, help="Table of the model. `overt model` lists them.")
]
KeyArgument = Annotated[list[str], typer.Argument(help="Key of the row: a value for each of its key columns.")]


@app.command("snapshot")
def snapshot_command(
    register: RegisterArgument,
    as_of: AsOfMomentOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", show_default="a folder in the register's folder", help="New folder to write to."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Export the tables as they were at a given time, as Parquet. The same time always gives identical files.

    Example:
      overt register snapshot register/ --as-of 2026-06-30 --out handed-over/

    A snapshot in the register's folder is deleted when anything is erased.
    """
    moment = as_of or now()
    with Register.open(register) as opened:
        name = moment.strftime("%Y-%m-%dT%H%M%S")
        taken = snapshot(opened, moment, out or register / SNAPSHOTS_FOLDER / name)
    if as_json:
        say_json(asdict(taken))
    else:
        say_rows([{"table": name, "rows": count} for name, count in taken.rows.items()], ["table", "rows"], Output.TEXT)
        say(f"{taken.leaves:,} ledger entries, root {taken.root}")


@app.command()
def history(
    register: RegisterArgument,
    table: TableArgument,
    key: KeyArgument,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """List the versions of one row: ledger entry, who proposed it, and which fields changed.

    Example:
      overt register history register/ entry E17

    Field names are shown; values are not.
    """
    with Register.open(register) as opened:
        versions = _versions(opened, table, key)
    rows: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for version in versions:
        changed = [name for name, value in version.values.items() if value != before.get(name)]
        rows.append(
            {
                "leaf": version.opened_seq,
                "recorded_at": version.recorded_at,
                "action": version.change,
                "recorded_by": version.proposed_by,
                "closed_by_leaf": version.closed_seq,
                "fields": changed,
            }
        )
        before = dict(version.values)
    columns = ["leaf", "recorded_at", "action", "recorded_by", "closed_by_leaf", "fields"]
    say_rows(rows, columns, chosen(output, as_json))


@app.command()
def receipt(
    register: RegisterArgument,
    table: TableArgument,
    key: KeyArgument,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for the two files.")] = Path(),
) -> None:
    """Write a copy of one row and its receipt, which proves that the register recorded exactly that content.

    Example:
      overt register receipt register/ entry E17 --out for-the-person/

    Give both files to the person the row is about. Anyone who has both can verify them without access to the register:
    `overt ledger verify RECEIPT --record RECORD --policy POLICY`. Publish the ledger first.
    """
    with Register.open(register) as opened:
        standing = [version for version in _versions(opened, table, key) if version.closed_seq is None]
        if not standing:
            raise Refusal(
                "key-unknown", f"{table} {' '.join(key)}", "there is no such row now", "overt register history"
            )
        log = RegisterLog(opened, now())
        log.check_begun()
        proof = prove(log.store, standing[0].opened_seq, standing[0].salt)
    private_folder(out)
    record = out / f"{table}-{standing[0].opened_seq}.json"
    write_private(record, canonical_json(standing[0].body()))
    proved = record.with_name(f"{record.name}.tlog-proof")
    write_private(proved, proof)
    say(f"{record}\n{proved}")


@app.command("erase")
def erase_command(
    register: RegisterArgument,
    entry: Annotated[str, typer.Option("--entry", help="Number of the entry.")],
    ground: Annotated[str, typer.Option(help="Legal provision or decision that requires the erasure (recorded).")],
    by: ByOption,
    yes: YesOption = False,
) -> None:
    """Erase an entry and everything under it. Its ledger entries remain but reveal nothing.

    Example:
      overt register erase register/ --entry E17 --ground 'DPA 2018 s.47(1)' --by P1042

    The person is erased too if this was their last entry. Copies already shared are not affected: use
    `overt rights notify` to send their recall notices. The command first shows how much would be destroyed and which
    organisations would be notified, and asks for confirmation.

    To erase at a person's request, use `overt rights erase`, which takes only entries found for that request.
    """
    with Register.open(register) as opened:
        weighed = weigh(opened, [entry])
        talk.print(erasure_words(weighed, weighed.recipients), markup=False)
        sure_to_erase(yes)
        erased = erase(opened, entry, ground, by, now())
    say(f"{erased.erasure_id}: {erased.kind} erased, {len(erased.leaves)} records")
    if erased.recalls:
        say(f"{erased.recalls} recalls raised. To write the notices, run: overt rights notify {register} --out FOLDER")
    say_left(register, erased.bytes_left)


@app.command()
def tidy(register: RegisterArgument) -> int:
    """Finish erasures: overwrite remains of erased records in free space, which a reader had delayed.

    Letters that people sent by the portal's forms are destroyed too, 60 days after they were answered.

    Example:
      overt register tidy register/

    Every command that opens the register tries this too.

    Exit status: 1 while a reader still prevents it.
    """
    with Register.open(register) as opened:
        letters = destroy_letters(opened, now().date())
        finish_erasures(opened, PATIENCE_SECONDS)
        left = unfinished_erasures(opened)
    if letters:
        say(f"{letters} {'letter was' if letters == 1 else 'letters were'} destroyed: {LETTER_DAYS} days have passed")
    if left:
        erasures = "1 erasure is" if len(left) == 1 else f"{len(left)} erasures are"
        say(f"{erasures} not finished: another process is reading the register")
        return Exit.BREACHES
    say("No erased data is left in free space")
    return Exit.CLEAR


def _versions(register: Register, table: str, key: list[str]) -> list[Version]:
    """Every version of one row, the oldest first."""
    if table not in KEPT_TABLES:
        raise Refusal(
            "table-unknown",
            "TABLE",
            "there is no table with this name in a register",
            "",
            nearest(table, KEPT_TABLES, "run `overt model` to see every table"),
        )
    names = identity(table)
    if len(key) != len(names):
        raise Refusal("key-parts", "KEY", f"{len(key)} part(s)", f"{len(names)}: {', '.join(names)}")
    condition = " and ".join(f"cast(x.{name} as text) = ?" for name in names)
    versions = list(register.versions(table, condition, key))
    if not versions:
        wanted = "a row that is or was in the register; nothing is kept of one that was erased"
        raise Refusal(
            "key-unknown", f"{table} {' '.join(key)}", "there is no such row", wanted, "overt register status"
        )
    return versions
