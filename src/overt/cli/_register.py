"""`overt register`: starts a register under a charter, shows it, checks it, hands it out and erases from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli._admit import ByOption, RegisterArgument, now
from overt.cli._ledger import reader_of
from overt.cli._output import (
    JsonOption,
    Output,
    OutputOption,
    YesOption,
    chosen,
    erasure_words,
    say,
    say_json,
    say_left,
    say_rows,
    sure_to_erase,
    talk,
)
from overt.gate import adopt, check_staff, confirm_clock, name_key
from overt.ledger import canonical_json, prove
from overt.private import private_folder, write_private
from overt.pseudonym import pseudonym_key_id
from overt.refusals import Exit, Refusal
from overt.register import (
    DUTIES,
    KEPT_TABLES,
    PATIENCE_SECONDS,
    POLICY_FILE,
    SNAPSHOTS_FOLDER,
    Register,
    RegisterLog,
    RegisterSettings,
    Replayed,
    Version,
    back_up,
    check_register,
    confirm,
    erase,
    examine,
    finish_erasures,
    identity,
    moment_text,
    pseudonym_key_of,
    replay,
    restore,
    set_deciders,
    snapshot,
    unfinished_erasures,
    untold_recalls,
    weigh,
)

app = typer.Typer(
    help="Keep a register in the open: start it under a charter, show it, check it, hand it out, erase from it."
    "\n\nExamples:\n"
    "  overt register init register/ --charter charter-1.toml --by P1042 --decider P2001\n"
    "  overt register status register/\n"
    "  overt register check register/",
    no_args_is_help=True,
)
CharterOption = Annotated[Path, typer.Option("--charter", help="The file of the charter's version.")]
TableArgument = Annotated[str, typer.Argument(help="A table of the model: `overt model`.")]
KeyArgument = Annotated[list[str], typer.Argument(help="The key of one row: each of its columns.")]
LostLogOption = Annotated[
    str | None,
    typer.Option("--log", metavar="LOG", help="Where the log is published: an address, a bucket or a folder."),
]
NonePublishedOption = Annotated[
    bool, typer.Option("--none-published", help="Nothing of the log was published since the backup was made.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="MOMENT", help="yyyy-mm-dd, or yyyy-mm-ddThh:mm:ss in UTC; now if not given."),
]


@app.command()
def init(
    register: RegisterArgument,
    charter: CharterOption,
    by: ByOption,
    decider: Annotated[
        list[str] | None, typer.Option(help="Who may decide on what the gate holds (repeatable).")
    ] = None,
    database: Annotated[
        str, typer.Option(help="Where the rows are: SQLite in the folder, or postgresql://…")
    ] = "sqlite:///register.sqlite",
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="The pseudonym key file; only its public name is used."),
    ] = None,
) -> None:
    """Start a register in a new folder, and adopt the first version of its charter.

    Example:
      overt pseudonym keygen pseudonym.key
      overt register init register/ --charter charter-1.toml --key pseudonym.key --by P1042 --decider P2001

    The gate admits nobody until the register names its pseudonym key: here, or later with overt pseudonym name.
    """
    from overt.charter import read_charter  # noqa: PLC0415  only here

    data = _bytes(charter)
    said = read_charter(data, charter.name).register
    settings = RegisterSettings(said.name, said.origin, database, tuple(decider or ()))
    key_id = pseudonym_key_id(key) if key else None
    with Register.create(register, settings) as made:
        adopt(made, data, by, now())
        if key_id:
            name_key(made, key_id, by, now())
    talk.print(f"{said.name}: {register}", markup=False)
    if key_id is None:
        talk.print(
            f"No pseudonym key is named yet: before anybody is recorded, overt pseudonym name {register} --key FILE",
            markup=False,
        )


@app.command("adopt")
def adopt_command(register: RegisterArgument, charter: CharterOption, by: ByOption) -> None:
    """Adopt the next version of the charter; it rules from the day it takes effect.

    Example:
      overt register adopt register/ --charter charter-2.toml --by P1042
    """
    with Register.open(register) as opened:
        adopted = adopt(opened, _bytes(charter), by, now())
    talk.print(f"version {adopted.version} rules from {adopted.effective_on}", markup=False)


@app.command()
def status(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """Show how a register stands: leaves, rows by table, what waits for a decision, what was erased.

    Example:
      overt register status register/
    """
    with Register.open(register) as opened:
        found = opened.status()
        shown = {**asdict(found), "pseudonym_key": pseudonym_key_of(opened)}
        left = unfinished_erasures(opened)
        untold = len(untold_recalls(opened.store))
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json({**shown, "erasures_to_finish": left, "recalls_to_send": untold})
        return
    rows = [
        {"what": name.replace("_", " "), "value": "none" if value is None else value}
        for name, value in shown.items()
        if name != "rows"
    ]
    rows += [{"what": f"rows of {name}", "value": f"{count:,}"} for name, count in found.rows.items()]
    rows.append({"what": "recalls to send", "value": untold})
    rows.append({"what": "erasures to finish", "value": ", ".join(left) or "none"})
    say_rows(rows, ["what", "value"], form)


@app.command("snapshot")
def snapshot_command(
    register: RegisterArgument,
    as_of: AsOfOption = None,
    out: Annotated[Path | None, typer.Option(help="The new folder; in the register's own folder if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the tables as they stood at a moment, as Parquet; the same moment gives the same bytes.

    Example:
      overt register snapshot register/ --as-of 2026-06-30 --out handed-over/

    A snapshot in the register's own folder is deleted when anything is erased.
    """
    moment = moment_of(as_of) if as_of else now()
    with Register.open(register) as opened:
        name = moment.strftime("%Y-%m-%dT%H%M%S")
        made = snapshot(opened, moment, out or register / SNAPSHOTS_FOLDER / name)
    if as_json:
        say_json(asdict(made))
    else:
        say_rows([{"table": name, "rows": count} for name, count in made.rows.items()], ["table", "rows"], Output.TEXT)
        say(f"{made.leaves:,} leaves, root {made.root}")


@app.command()
def history(
    register: RegisterArgument,
    table: TableArgument,
    key: KeyArgument,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show the versions of one row: which leaf opened each, who proposed it, and which fields changed.

    Example:
      overt register history register/ entry E17

    Fields are named; what stands in them is not shown.
    """
    with Register.open(register) as opened:
        versions = _versions(opened, table, key)
    rows: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for each in versions:
        changed = [name for name, value in each.values.items() if value != before.get(name)]
        rows.append(
            {
                "leaf": each.opened_seq,
                "recorded_at": each.recorded_at,
                "action": each.change,
                "recorded_by": each.proposed_by,
                "closed_by_leaf": each.closed_seq,
                "fields": changed,
            }
        )
        before = dict(each.values)
    columns = ["leaf", "recorded_at", "action", "recorded_by", "closed_by_leaf", "fields"]
    say_rows(rows, columns, chosen(output, as_json))


@app.command()
def receipt(
    register: RegisterArgument,
    table: TableArgument,
    key: KeyArgument,
    out: Annotated[Path, typer.Option(help="The folder for the two files.")] = Path(),
) -> None:
    """Write what one row says and the receipt of it: proof that the register recorded just that.

    Example:
      overt register receipt register/ entry E17 --out for-the-person/

    Both files go to the person whom the row is about. Anybody who has both can verify them without the register:
    `overt ledger verify RECEIPT --record RECORD --policy POLICY`. The record has to be published first.
    """
    with Register.open(register) as opened:
        standing = [each for each in _versions(opened, table, key) if each.closed_seq is None]
        if not standing:
            raise Refusal("key-unknown", f"{table} {' '.join(key)}", "no such row now", "overt register history")
        log = RegisterLog(opened, now())
        log.check_begun()
        proof = prove(log.store, standing[0].opened_seq, standing[0].salt)
    private_folder(out)
    record = out / f"{table}-{standing[0].opened_seq}.json"
    write_private(record, canonical_json(standing[0].body()))
    proved = record.with_name(f"{record.name}.tlog-proof")
    write_private(proved, proof)
    say(f"{record}\n{proved}")


@app.command()
def check(
    register: RegisterArgument,
    log: Annotated[
        str | None,
        typer.Option("--log", metavar="LOG", help="Where the log is published, if not in the register's folder."),
    ] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Check a register: every row against its leaf, every file against what is said of it, the leaves against the log.

    Example:
      overt register check register/

    The engine's own check runs too. SECURITY.md lists what no check can cover. Exits with status 1 when something does
    not fit.
    """
    found = examine(register, reader_of(log) if log else None, int(now().timestamp()))
    rows = [asdict(each) for each in found.discrepancies]
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json({"leaves": found.leaves, "discrepancies": rows, "notes": found.notes})
        return Exit.BREACHES if rows else Exit.CLEAR
    if rows:
        say_rows(rows, ["seq", "table", "found"], form)
    else:
        say(f"every row fits its leaf: {found.leaves:,} leaves")
    for note in found.notes:
        talk.print(note, markup=False)
    return Exit.BREACHES if rows else Exit.CLEAR


@app.command("confirm")
def confirm_command(register: RegisterArgument) -> None:
    """Vouch for the settings of a register after somebody changed them by hand, and repair its journal of erasures.

    Example:
      overt register confirm register/

    `overt register check` holds register.toml, portal.toml, the policy and the keys against how they stood when Overt
    wrote them or this command was last run. Look at what it names before you run this. Lines that erasures.jsonl lost
    are written again from the records of erasures, and the damaged file is kept beside it.
    """
    changed = confirm(register)
    say("\n".join(changed) if changed else "nothing was changed since it was last confirmed")


@app.command()
def deciders(
    register: RegisterArgument,
    add: Annotated[
        list[str] | None, typer.Option(metavar="STAFF", help="Let this person decide too (repeatable).")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="STAFF", help="This person may no longer decide (repeatable).")
    ] = None,
) -> None:
    """Show, add or remove the people who may decide on what the gate holds.

    Examples:
      overt register deciders register/
      overt register deciders register/ --add P2003

    They stand in register.toml. A portal that is running knows them when it is started again.
    """
    with Register.open(register) as opened:
        known = opened.settings.deciders
        for each in add or []:
            check_staff("--add", each)
        absent = [each for each in remove or [] if each not in known]
        if absent:
            raise Refusal("decider-without-power", "--remove", ", ".join(absent), ", ".join(known) or "nobody")
        named = [each for each in dict.fromkeys([*known, *(add or [])]) if each not in (remove or [])]
        if tuple(named) != known:
            set_deciders(opened, named)
    say("\n".join(named) or "nobody may decide")


@app.command("erase")
def erase_command(
    register: RegisterArgument,
    entry: Annotated[str, typer.Option("--entry", help="The number of the entry.")],
    ground: Annotated[str, typer.Option(help="The provision or decision the erasure rests on; part of its record.")],
    by: ByOption,
    yes: YesOption = False,
) -> None:
    """Erase an entry and all that belongs to it; its leaves stay and say nothing.

    Example:
      overt register erase register/ --entry E17 --ground 'DPA 2018 s.47(1)' --by P1042

    The person goes too when no other entry is left. Copies that were handed out are not reached. The command first says
    how much would be destroyed and who would be told, and asks. What a person asked for is erased with overt rights
    erase, which takes only entries that were found for the request.
    """
    with Register.open(register) as opened:
        weighed = weigh(opened, [entry])
        talk.print(erasure_words(weighed, weighed.recipients), markup=False)
        sure_to_erase(yes)
        erased = erase(opened, entry, ground, by, now())
    say(f"{erased.erasure_id}: {erased.kind} erased, {len(erased.leaves)} records")
    if erased.recalls:
        say(f"{erased.recalls} recalls raised; overt rights notify {register} --out FOLDER writes the notices to send")
    say_left(register, erased.bytes_left)


@app.command()
def tidy(register: RegisterArgument) -> int:
    """Finish erasures: overwrite what is left of erased records in free space that a reader held up.

    Example:
      overt register tidy register/

    Every command that opens the register tries it too. Exits with status 1 while a reader is still in the way.
    """
    with Register.open(register) as opened:
        finish_erasures(opened, PATIENCE_SECONDS)
        left = unfinished_erasures(opened)
    if left:
        say(f"{len(left)} erasures are still to be finished: somebody is reading the register")
        return Exit.BREACHES
    say("nothing that was erased is left in free space")
    return Exit.CLEAR


@app.command()
def clock(
    register: RegisterArgument,
    confirm: Annotated[bool, typer.Option("--confirm", help="Record that the clock is right.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who confirms it: a staff reference.")] = None,
) -> int:
    """Show the clock beside the last record, and confirm it where it is further ahead than the settings allow.

    Example:
      overt register clock register/ --confirm --by P1042

    A record under a clock that is a year ahead would close the register for a year, since moments never go back: so one
    more than clock_ahead_days (of register.toml; default: 31) after the last is refused until the clock is confirmed.
    Exits with status 1 while records would be refused.
    """
    moment = now()
    with Register.open(register) as opened:
        last = opened.status().last_recorded_at
        if confirm:
            if by is None:
                raise Refusal("staff-reference", "--by", "nobody", "who confirms it: a staff reference")
            leaf = confirm_clock(opened, by, moment)
            say(f"the clock was confirmed as leaf {leaf}; records are admitted again")
            return Exit.CLEAR
        say(f"this clock: {moment_text(moment)} UTC")
        say(f"the last record: {last or 'none'} UTC")
        try:
            opened.check_clock(moment)
        except Refusal as refusal:
            say(str(refusal))
            return Exit.BREACHES
    return Exit.CLEAR


@app.command()
def backup(
    register: RegisterArgument,
    out: Annotated[Path, typer.Option(help="The new folder of the backup; not inside the register's.")],
    as_json: JsonOption = False,
) -> None:
    """Copy a register in use into a new folder, with the digest of each file. Writers need not stop.

    Example:
      overt register backup register/ --out backups/2026-06-30

    Keep the register's erasures.jsonl and duties.jsonl apart as well, and newer than any backup: a restore needs them.
    """
    with Register.open(register) as opened:
        made = back_up(opened, out)
    if as_json:
        say_json(asdict(made))
    else:
        say(f"{out}: {made.leaves:,} leaves, {len(made.digests)} files")


@app.command("restore")
def restore_command(
    backup: Annotated[Path, typer.Argument(help="A folder of `overt register backup`.")],
    out: Annotated[Path, typer.Option(help="The new folder of the register.")],
    erasures: Annotated[
        Path | None, typer.Option(help="The newest erasures.jsonl of the register that was lost.")
    ] = None,
    none_erased: Annotated[
        bool, typer.Option("--none-erased", help="Nothing was erased since the backup was made.")
    ] = False,
    duties: Annotated[
        Path | None,
        typer.Option(help="The newest duties.jsonl of the register that was lost; default: the one beside --erasures."),
    ] = None,
    none_owed: Annotated[
        bool,
        typer.Option("--none-owed", help="Nothing was asked, told or adopted since the backup was made."),
    ] = False,
    log: LostLogOption = None,
    none_published: NonePublishedOption = False,
) -> int:
    """Make a register of a backup, with what was owed and published since, and erase again what was erased since.

    Example:
      overt register restore backups/2026-06-30 --out register/ --erasures lost/erasures.jsonl --none-published

    Requests, recalls and the rows of charters since the backup come back under their numbers, and with --log the log
    goes on from its published state. Other records since the backup are lost: their leaves stay and say nothing.
    """
    if (erasures is None) != none_erased:
        wanted = "--erasures FILE, or --none-erased if nothing was"
        raise Refusal("erasures-unsaid", "--erasures", "not said what was erased since the backup", wanted)
    beside = erasures.with_name(DUTIES) if erasures and not none_owed else None
    duties = duties or (beside if beside and beside.is_file() else None)
    if (duties is None) != none_owed:
        wanted = "--duties FILE, or --none-owed if nothing was"
        raise Refusal("duties-unsaid", "--duties", "not said what was asked and told since the backup", wanted)
    _check_said(backup, log, none_published=none_published)
    made = restore(backup, out, erasures, duties=duties, log=reader_of(log) if log else None, now=now())
    with Register.open(out) as opened:
        faults = list(check_register(opened))
        status = opened.status()
    say(f"{out}: {status.leaves:,} leaves, {status.erased} of them erased, {len(faults)} that do not fit their rows")
    _say_replayed(made.replayed)
    if faults:
        say_rows([asdict(each) for each in faults], ["seq", "table", "found"], Output.TEXT)
    return Exit.BREACHES if faults else Exit.CLEAR


@app.command("replay")
def replay_command(
    register: RegisterArgument, log: LostLogOption = None, none_published: NonePublishedOption = False
) -> None:
    """Take a register whose database was put back from a copy on to what it had published and owed.

    Example:
      overt register replay register/ --log https://police.example/log

    For a register on a database server that was restored by the server's own means, or a file that was copied back by
    hand. It must come before anything else is recorded. What `overt register restore` makes has had it already.
    """
    _check_said(register, log, none_published=none_published)
    with Register.open(register, finish=False) as opened:
        replayed = replay(opened, reader_of(log) if log else None, now())
    # Opening it erases again what was erased since.
    Register.open(register).close()
    if not replayed.leaves and not replayed.rows:
        say("nothing was lacking")
    _say_replayed(replayed)


def _check_said(folder: Path, log: str | None, *, none_published: bool) -> None:
    """Refuses to go on from an older copy without being told of the published log, where one was begun."""
    is_begun = (folder / POLICY_FILE).is_file()
    if (log is None) != none_published and (log is not None or is_begun):
        wanted = "--log LOG, or --none-published if nothing was"
        raise Refusal("published-unsaid", "--log", "not said what was published since the backup", wanted)


def _say_replayed(replayed: Replayed) -> None:
    if replayed.leaves:
        say(f"{replayed.leaves:,} leaves put back from the published log, {replayed.lost:,} of them without a record")
    for table, count in sorted(replayed.rows.items()):
        say(f"{count:,} of {table.replace('_', ' ')} put back")


@app.command()
def serve(
    register: RegisterArgument,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The port.")] = 8062,
) -> None:
    """Serve the gate over HTTP: POST /records, GET /charter, /status, /openapi.json.

    Example:
      OVERT_TOKENS='P1042=a-long-secret' overt register serve register/

    Who proposes is known by a token: OVERT_TOKENS holds STAFF=TOKEN, separated by spaces.
    """
    import os  # noqa: PLC0415  the one place that reads tokens

    from overt.web.gate_api import gate_app, read_tokens  # noqa: PLC0415  an extra
    from overt.web.serving import run  # noqa: PLC0415  an extra

    with Register.open(register) as opened:
        run(gate_app(opened, read_tokens(os.environ.get("OVERT_TOKENS", "")), now), host, port)


def _versions(register: Register, table: str, key: list[str]) -> list[Version]:
    """Every version of one row, the oldest first."""
    if table not in KEPT_TABLES:
        raise Refusal("table-unknown", "TABLE", "no such table", ", ".join(KEPT_TABLES))
    names = identity(table)
    if len(key) != len(names):
        raise Refusal("key-parts", "KEY", f"{len(key)} part(s)", f"{len(names)}: {', '.join(names)}")
    condition = " and ".join(f"cast(x.{name} as text) = ?" for name in names)
    found = list(register.versions(table, condition, key))
    if not found:
        wanted = "a row that is there or was; of one that was erased nothing is kept"
        raise Refusal("key-unknown", f"{table} {' '.join(key)}", "no such row", wanted, "overt register status")
    return found


def moment_of(text: str) -> dt.datetime:
    """A moment on the command line: a day means all of it."""
    try:
        if len(text) == 10:
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max)
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal("not-a-moment", "--as-of", text, "yyyy-mm-dd or yyyy-mm-ddThh:mm:ss") from error


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise Refusal("source-absent", str(path), "no such file", "the file of a charter")
    return path.read_bytes()
