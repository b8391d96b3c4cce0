"""`overt pseudonym`: keys, exports without names, and a register put under another key."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from overt.cli._admit import ByOption, QuietOption, RegisterArgument, now
from overt.cli._given import piped_bytes
from overt.cli._keys import KeyOption, PassphraseOption, given_key, passphrase_for
from overt.cli._output import JsonOption, Output, say, say_json, say_rows, talk
from overt.pseudonym import (
    WHY_NO_DATE,
    WHY_NOT,
    Columns,
    Order,
    Person,
    PseudonymKey,
    apply,
    read_pseudonym_key,
    write_pseudonym_key,
)
from overt.refusals import Refusal

app = typer.Typer(
    help="Turn names into keyed pseudonyms, before anything else touches them: docs/formats/pseudonym.md."
    "\n\nExamples:\n"
    "  overt pseudonym keygen pseudonym.key\n"
    "  overt pseudonym apply export.csv --out safe.csv --key pseudonym.key --name who --birth-date dob\n"
    "  overt pseudonym rotate register/ --key pseudonym.key --to next.key --by P1042",
    no_args_is_help=True,
)
ColumnsOption = list[str] | None


@app.command()
def keygen(
    path: Annotated[Path | None, typer.Argument(metavar="FILE", help="The new key file; none with --print.")] = None,
    printed: Annotated[
        bool, typer.Option("--print", help="Print the key for an environment variable instead. It is secret.")
    ] = False,
    passphrase: PassphraseOption = None,
) -> None:
    """Make a pseudonym key, sealed with a passphrase; prints its name, which is public.

    Examples:
      overt pseudonym keygen pseudonym.key
      overt pseudonym keygen --print

    The passphrase is that of --passphrase-file, of OVERT_PSEUDONYM_PASSPHRASE, or asked for. Keep a copy of the file
    and the passphrase apart from the register and apart from each other: without the key nobody finds anybody again,
    and whoever has it can test whether a person they know of is listed.
    """
    key = PseudonymKey.new(secrets.token_bytes)
    if (path is None) != printed:
        raise Refusal("pseudonym-key-missing", "FILE, --print", "neither or both", "one of the two")
    if path is None:
        say(key.text())
        return
    write_pseudonym_key(path, key, passphrase_for(passphrase, new=True), secrets.token_bytes)
    say(key.id)


@app.command("apply")
def apply_command(
    export: Annotated[Path, typer.Argument(metavar="EXPORT", help="CSV or TSV, plain or .gz, with names in it.")],
    out: Annotated[Path, typer.Option(help="The new file: .csv or .tsv, plain or .gz.")],
    born: Annotated[str, typer.Option("--birth-date", metavar="COLUMN", help="The column of birth dates.")],
    name: Annotated[str, typer.Option("--name", metavar="COLUMN", help="The column of whole names.")] = "",
    given: Annotated[str, typer.Option("--given", metavar="COLUMN", help="The given names, with --family.")] = "",
    family: Annotated[str, typer.Option("--family", metavar="COLUMN", help="The family name, with --given.")] = "",
    handle: Annotated[
        ColumnsOption, typer.Option(metavar="COLUMN=PLATFORM", help="A column of handles (repeatable).")
    ] = None,
    replace: Annotated[
        ColumnsOption, typer.Option(metavar="COLUMN", help="A keyed reference instead of what stands there.")
    ] = None,
    drop: Annotated[ColumnsOption, typer.Option(metavar="COLUMN", help="Leave the column out.")] = None,
    keep: Annotated[
        ColumnsOption, typer.Option(metavar="COLUMN", help="You looked, and the column names nobody.")
    ] = None,
    order: Annotated[
        Order, typer.Option("--dates", help="Which comes first in 03/05/2004. Without it only 2004-05-03 is read.")
    ] = Order.TOLD,
    family_first: Annotated[
        bool, typer.Option(help="The family name comes first, even without a comma behind it.")
    ] = False,
    leave_empty: Annotated[
        bool, typer.Option(help="No pseudonym for who cannot be read, rather than refuse the file.")
    ] = False,
    subject: Annotated[str, typer.Option("--as", metavar="NAME", help="What the new column is called.")] = "subject_id",
    encoding: Annotated[str, typer.Option(help="The encoding of the export.")] = "utf-8",
    delimiter: Annotated[str, typer.Option(help="What parts the columns.")] = "",
    register: Annotated[
        Path | None, typer.Option(metavar="REGISTER", help="Refuse a key other than the one this register names.")
    ] = None,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Turn an export with names into one without: a keyed pseudonym instead of name and birth date.

    Example:
      overt pseudonym apply export.csv --out safe.csv --key pseudonym.key --name who --birth-date dob --drop notes

    Row by row, however long the file. The birth date stays, as a day, unless it is dropped. A column that is called
    like what names people, or has values with the shape of a name, address, number or free words, is refused unless
    --drop, --replace or --keep names it. Where anything is refused, nothing is left behind. Only UTF-8 is written.
    """
    columns = Columns(
        born,
        name,
        given,
        family,
        _platforms(handle),
        replace or (),
        drop or (),
        keep or (),
        order,
        family_first,
        subject,
    )
    used = given_key(key, passphrase)
    if register is not None:
        _check_against(register, used)
    with counting("rows", quiet) as progress:
        done = apply(
            export,
            out,
            used,
            columns,
            encoding=encoding,
            delimiter=delimiter,
            leave_empty=leave_empty,
            progress=progress,
        )
    if as_json:
        say_json({"out": str(out), **asdict(done)})
        return
    say_rows([{"column": each, "is": said} for each, said in done.columns.items()], ["column", "is"], Output.TEXT)
    say(f"{done.rows:,} rows under key {done.key}")
    for why, count in sorted(done.without.items()):
        say(f"{count:,} without a pseudonym: {WHY_NOT.get(why) or WHY_NO_DATE[why]}")


@app.command("name")
def name_command(
    register: RegisterArgument,
    by: ByOption,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--person",
            metavar="FILE.toml",
            help="Where people are on the register already: name and born of somebody who is; - for standard input.",
        ),
    ] = None,
    unproven: Annotated[
        bool, typer.Option("--unproven", help="Name the key although nobody is known who is on the register.")
    ] = False,
) -> None:
    """Record, in a public leaf, under which key the pseudonyms of a register are.

    Examples:
      overt pseudonym name register/ --key pseudonym.key --by P1042
      overt pseudonym name old-register/ --key pseudonym.key --person somebody.toml --by P1042

    The gate admits nobody before. From then on every other key is refused: under a wrong key nobody would be found,
    and everybody would be told that nothing is held. The name of a key says nothing about the key. A register that was
    kept before registers had to name their key needs proof that this is the one: a person who is known to be listed.
    """
    from overt.gate import name_key, name_proven_key  # noqa: PLC0415  only here
    from overt.register import Register  # noqa: PLC0415

    used = given_key(key, passphrase)
    known = _known(person) if person else None
    with Register.open(register) as opened:
        if known or unproven:
            name_proven_key(opened, used, known, by, now())
        else:
            name_key(opened, used.id, by, now())
    say(used.id)


def _known(person: str) -> Person:
    """The person in a file; nothing of them is repeated or kept."""
    from overt.rights import person_of, read_who  # noqa: PLC0415  the calendar takes a moment to load

    return person_of(read_who(piped_bytes(person), person), person)


@app.command()
def rotate(
    register: RegisterArgument,
    to: Annotated[Path, typer.Option(metavar="FILE", help="The key file for the next generation.")],
    by: ByOption,
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The file of the key that is in use.")],
    destroy: Annotated[
        bool, typer.Option(help="Destroy the versions with the old pseudonyms too: as-of queries lose them.")
    ] = False,
    passphrase: PassphraseOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Put every pseudonym of a register under another key. No name is needed, and none is there.

    Example:
      overt pseudonym rotate register/ --key pseudonym.key --to next.key --by P1042

    Let nobody propose records meanwhile, and give everybody who computes pseudonyms the new file first. It has the old
    secret too, through which a name passes before the new one. Receipts stay valid. Cut short, the same command goes
    on. Old snapshots, backups and copies keep the old pseudonyms: whoever has them and the old key can test them.
    """
    from overt.gate import rekey  # noqa: PLC0415  only here
    from overt.register import Register  # noqa: PLC0415

    words = passphrase_for(passphrase, new=False)
    with Register.open(register) as opened, counting("rows", quiet) as progress:
        used = _next_key(read_pseudonym_key(key, words), to, words)
        done = rekey(opened, used, by, now(), destroy=destroy, progress=lambda _, rows: progress(rows))
    if as_json:
        say_json(asdict(done))
        return
    rows = [{"table": table, "rows": count} for table, count in done.rows.items()]
    say_rows(rows, ["table", "rows"], Output.TEXT)
    say(f"key {done.before} → {done.key}: {to}")
    if destroy:
        say(f"{done.forgotten:,} versions with old pseudonyms destroyed")


def _check_against(register: Path, key: PseudonymKey) -> None:
    from overt.register import Register, check_pseudonym_key  # noqa: PLC0415  only here

    with Register.open(register) as opened:
        check_pseudonym_key(opened, key.id)


def _next_key(old: PseudonymKey, to: Path, words: str) -> PseudonymKey:
    """The key after `old`: made in `to`, or there already from a rotation that was cut short."""
    if to.exists():
        found = read_pseudonym_key(to, words)
        if found.before != old:
            raise Refusal(
                "key-exists", str(to), "a key that does not follow the one in use", "a name that is not taken"
            )
        return found
    made = old.rotated(secrets.token_bytes)
    write_pseudonym_key(to, made, words, secrets.token_bytes)
    return made


def _platforms(handles: list[str] | None) -> dict[str, str]:
    parted = [each.partition("=") for each in handles or []]
    if not all(column and platform for column, _, platform in parted):
        raise Refusal("name-columns", "--handle", "no platform", "COLUMN=PLATFORM, as insta=instagram")
    return {column: platform for column, _, platform in parted}


@contextmanager
def counting(what: str, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Says on the way how many there were."""
    columns = (TextColumn("{task.completed:,} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=talk, transient=True, disable=quiet or not talk.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)
