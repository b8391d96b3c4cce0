"""`overt pseudonym`: keys, exports without names, and the re-keying of a register."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import gate, registers, rights_without_calendar
from overt.cli._keys import KeyOption, PassphraseOption, given_key, passphrase_for
from overt.cli._options import ByOption, JsonOption, Output, QuietOption, RegisterArgument, now, piped_bytes, resumable
from overt.cli._output import counting, say, say_json, say_rows
from overt.cli._people import (
    PEOPLE,
    BornOption,
    DatesOption,
    FamilyFirstOption,
    FamilyOption,
    GivenOption,
    NameOption,
)
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
    help="Replace names with keyed pseudonyms before any other processing. See docs/formats/pseudonym.md."
    "\n\nExamples:\n"
    "  overt pseudonym keygen pseudonym.key\n"
    "  overt pseudonym apply export.csv --out safe.csv --key pseudonym.key --name who --birth-date dob\n"
    "  overt pseudonym rotate register/ --key pseudonym.key --to next.key --by P1042",
    no_args_is_help=True,
)
ColumnsOption = list[str] | None
_COLUMNS = "Columns"


@app.command()
def keygen(
    path: Annotated[Path | None, typer.Argument(metavar="FILE", help="New key file; omit it with --print.")] = None,
    printed: Annotated[
        bool,
        typer.Option(
            "--print", help="Print the key, for an environment variable, instead of writing a file. Keep it secret."
        ),
    ] = False,
    passphrase: PassphraseOption = None,
) -> None:
    """Create a pseudonym key protected by a passphrase, and print its public identifier.

    Examples:
      overt pseudonym keygen pseudonym.key
      overt pseudonym keygen --print

    The passphrase is taken from --passphrase-file or OVERT_PSEUDONYM_PASSPHRASE, or asked for. Keep a copy of the file
    and of the passphrase in two places, both away from the register. Without the key, no one can be found in the
    register again. Anyone who has the key can test whether a person they know is listed.
    """
    key = PseudonymKey.new(secrets.token_bytes)
    if (path is None) != printed:
        raise Refusal("pseudonym-key-missing", "FILE, --print", "you gave neither or both", "one of the two")
    if path is None:
        say(key.text())
        return
    write_pseudonym_key(path, key, passphrase_for(passphrase, new=True), secrets.token_bytes)
    say(key.id)


@app.command("apply")
def apply_command(
    export: Annotated[Path, typer.Argument(metavar="EXPORT", help="CSV or TSV file with names, plain or .gz.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="New file to write: .csv or .tsv, plain or .gz.")],
    born: BornOption,
    name: NameOption = "",
    given: GivenOption = "",
    family: FamilyOption = "",
    handle: Annotated[
        ColumnsOption,
        typer.Option(
            metavar="COLUMN=PLATFORM",
            rich_help_panel=PEOPLE,
            help="Column of account handles, as COLUMN=PLATFORM (repeatable).",
        ),
    ] = None,
    replace: Annotated[
        ColumnsOption,
        typer.Option(
            metavar="COLUMN", rich_help_panel=_COLUMNS, help="Column to replace with a keyed reference (repeatable)."
        ),
    ] = None,
    drop: Annotated[
        ColumnsOption,
        typer.Option(metavar="COLUMN", rich_help_panel=_COLUMNS, help="Column to leave out (repeatable)."),
    ] = None,
    keep: Annotated[
        ColumnsOption,
        typer.Option(
            metavar="COLUMN",
            rich_help_panel=_COLUMNS,
            help="Column that you have checked and that identifies no one (repeatable).",
        ),
    ] = None,
    order: DatesOption = Order.TOLD,
    family_first: FamilyFirstOption = False,
    leave_empty: Annotated[
        bool,
        typer.Option(
            "--leave-empty",
            rich_help_panel=_COLUMNS,
            help="Leave the pseudonym blank for rows that cannot be read, instead of refusing the file.",
        ),
    ] = False,
    subject: Annotated[
        str, typer.Option("--as", metavar="NAME", rich_help_panel=_COLUMNS, help="Name of the new column.")
    ] = "subject_id",
    encoding: Annotated[str, typer.Option(metavar="NAME", help="Encoding of the export.")] = "utf-8",
    delimiter: Annotated[
        str, typer.Option(metavar="CHAR", show_default="comma, or tab for .tsv", help="Field delimiter.")
    ] = "",
    register: Annotated[
        Path | None, typer.Option(metavar="REGISTER", help="Refuse a key other than the one this register records.")
    ] = None,
    key: KeyOption = None,
    passphrase: PassphraseOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Replace names in an export with keyed pseudonyms.

    Example:
      overt pseudonym apply export.csv --out safe.csv --key pseudonym.key --name who --birth-date dob --drop notes

    The file is processed row by row, so it can be of any length. The birth date is kept, as a date, unless you drop it.
    A column whose name or values look like names, addresses, numbers or free text is refused unless --drop,
    --replace or --keep lists it. If anything is refused, no output is left behind. The output is UTF-8.
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
    say_rows(
        [{"column": name, "is": treatment} for name, treatment in done.columns.items()], ["column", "is"], Output.TEXT
    )
    say(f"{done.rows:,} rows; pseudonyms made with key {done.key}")
    for why, count in sorted(done.without.items()):
        say(f"{count:,} rows have no pseudonym: {WHY_NOT.get(why) or WHY_NO_DATE[why]}")


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
            help="If people are already listed: file with the name and birth date of one of them. Use - for "
            "standard input.",
        ),
    ] = None,
    unproven: Annotated[
        bool, typer.Option("--unproven", help="Record the key although no one on the register is known.")
    ] = False,
) -> None:
    """Record publicly which key a register's pseudonyms were made with.

    Examples:
      overt pseudonym name register/ --key pseudonym.key --by P1042
      overt pseudonym name old-register/ --key pseudonym.key --person somebody.toml --by P1042

    The gate admits no records about people until this is done. After that, a wrong key is refused instead of finding no
    one. The identifier reveals nothing about the key.

    A register from before this was required needs proof that the key is the right one: give a person who is known to be
    listed with --person.
    """
    used = given_key(key, passphrase)
    known = _known(person) if person else None
    with registers.Register.open(register) as opened:
        if known or unproven:
            gate.name_proven_key(opened, used, known, by, now())
        else:
            gate.name_key(opened, used.id, by, now())
    say(used.id)


def _known(person: str) -> Person:
    """The person in a file; nothing of them is repeated or kept."""
    return rights_without_calendar.person_of(rights_without_calendar.read_who(piped_bytes(person), person), person)


@app.command()
def rotate(
    register: RegisterArgument,
    to: Annotated[Path, typer.Option(metavar="FILE", help="Key file for the next key. It is created if missing.")],
    by: ByOption,
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="File of the key in use.")],
    destroy: Annotated[
        bool,
        typer.Option(
            "--destroy",
            help="Also destroy earlier versions that contain old pseudonyms. Queries for past dates will no longer "
            "find them.",
        ),
    ] = False,
    passphrase: PassphraseOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Re-key every pseudonym in a register. Names are not needed.

    Example:
      overt pseudonym rotate register/ --key pseudonym.key --to next.key --by P1042

    Before you start, stop all submissions to the gate and give the new key file to everyone who computes pseudonyms.
    The new file also contains the old key, which is still needed to compute a pseudonym. Receipts remain valid. Old
    snapshots, backups and copies keep the old pseudonyms: anyone who has them and the old key can test them.

    To resume after an interruption, run the same command again.
    """
    words = passphrase_for(passphrase, new=False)
    with resumable(), registers.Register.open(register) as opened, counting("rows", quiet) as progress:
        used = _next_key(read_pseudonym_key(key, words), to, words)
        done = gate.rekey(opened, used, by, now(), destroy=destroy, progress=lambda _, rows: progress(rows))
    if as_json:
        say_json(asdict(done))
        return
    rows = [{"table": table, "rows": count} for table, count in done.rows.items()]
    say_rows(rows, ["table", "rows"], Output.TEXT)
    say(f"key {done.before} → {done.key}: {to}")
    if destroy:
        say(f"Destroyed {done.forgotten:,} earlier versions that contained old pseudonyms")


def _check_against(register: Path, key: PseudonymKey) -> None:

    with registers.Register.open(register) as opened:
        registers.check_pseudonym_key(opened, key.id)


def _next_key(old: PseudonymKey, to: Path, words: str) -> PseudonymKey:
    """The key after `old`: made in `to`, or there already from a rotation that was cut short."""
    if to.exists():
        rotated = read_pseudonym_key(to, words)
        if rotated.before != old:
            raise Refusal("key-exists", str(to), "this key does not follow the one in use", "the name of a new file")
        return rotated
    rotated = old.rotated(secrets.token_bytes)
    write_pseudonym_key(to, rotated, words, secrets.token_bytes)
    return rotated


def _platforms(handles: list[str] | None) -> dict[str, str]:
    parted = [handle.partition("=") for handle in handles or []]
    if not all(column and platform for column, _, platform in parted):
        raise Refusal("name-columns", "--handle", "the platform is missing", "COLUMN=PLATFORM, such as insta=instagram")
    return {column: platform for column, _, platform in parted}
