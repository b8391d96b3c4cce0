"""`overt register`: starts a register under a charter, shows its status, checks it and serves its gate."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import charter, gate_api, serving
from overt.cli._logs import reader_of
from overt.cli._options import (
    ByOption,
    HostOption,
    JsonOption,
    Output,
    OutputOption,
    PortOption,
    RegisterArgument,
    charter_bytes,
    now,
)
from overt.cli._output import chosen, say, say_json, say_rows, talk
from overt.gate import adopt, check_staff, confirm_clock, name_key
from overt.pseudonym import pseudonym_key_id
from overt.refusals import Exit, Refusal
from overt.register import (
    Register,
    RegisterSettings,
    confirm,
    examine,
    grants,
    moment_text,
    pseudonym_key_of,
    set_deciders,
    unfinished_erasures,
    untold_recalls,
)

app = typer.Typer()

CharterOption = Annotated[
    Path, typer.Option("--charter", metavar="FILE.toml", help="File of the charter version to adopt.")
]


@app.command()
def init(
    register: RegisterArgument,
    version: CharterOption,
    by: ByOption,
    decider: Annotated[
        list[str] | None,
        typer.Option(metavar="STAFF", help="Staff reference of a person who may decide held records (repeatable)."),
    ] = None,
    database: Annotated[
        str, typer.Option(metavar="URL", help="Database for the records: SQLite in the folder, or postgresql://…")
    ] = "sqlite:///register.sqlite",
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Pseudonym key file. Only its public identifier is used."),
    ] = None,
) -> None:
    """Create a register in a new folder and adopt version 1 of its charter.

    Examples:
      overt pseudonym keygen pseudonym.key
      overt register init register/ --charter charter-1.toml --key pseudonym.key --by P1042 --decider P2001

    The gate admits no records about people until the register records its pseudonym key: give --key here, or use
    `overt pseudonym name` later.
    """
    data = charter_bytes(version)
    declared = charter.read_charter(data, version.name).register
    settings = RegisterSettings(declared.name, declared.origin, database, tuple(decider or ()))
    key_id = pseudonym_key_id(key) if key else None
    with Register.create(register, settings) as created:
        adopt(created, data, by, now())
        if key_id:
            name_key(created, key_id, by, now())
    talk.print(f"{declared.name}: {register}", markup=False)
    if key_id is None:
        talk.print(
            f"No pseudonym key is recorded yet. Before anyone is recorded, run: overt pseudonym name {register} "
            "--key FILE",
            markup=False,
        )


@app.command("adopt")
def adopt_command(register: RegisterArgument, version: CharterOption, by: ByOption) -> None:
    """Adopt the next version of the charter. It applies from its effective date.

    Example:
      overt register adopt register/ --charter charter-2.toml --by P1042
    """
    with Register.open(register) as opened:
        adopted = adopt(opened, charter_bytes(version), by, now())
    talk.print(f"Version {adopted.version} is in force from {adopted.effective_on}", markup=False)


@app.command()
def status(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """Show a register's status: ledger size, rows in each table, held records and erasures.

    Example:
      overt register status register/
    """
    with Register.open(register) as opened:
        state = opened.status()
        shown = {**asdict(state), "pseudonym_key": pseudonym_key_of(opened)}
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
    rows += [{"what": f"rows of {name}", "value": f"{count:,}"} for name, count in state.rows.items()]
    rows.append({"what": "recalls to send", "value": untold})
    rows.append({"what": "erasures to finish", "value": ", ".join(left) or "none"})
    say_rows(rows, ["what", "value"], form)


@app.command()
def check(
    register: RegisterArgument,
    log: Annotated[
        str | None,
        typer.Option(
            "--log", metavar="LOG", show_default="the register's folder", help="Published log to check against."
        ),
    ] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Check every row against its ledger entry, and the ledger against its published copy.

    Example:
      overt register check register/

    Alterations and omissions are reported, also in settings and other files, and the database engine's own check runs
    too. SECURITY.md lists what no check can cover.

    Exit status: 1 if anything does not match.
    """
    examined = examine(register, reader_of(log) if log else None, int(now().timestamp()))
    rows = [asdict(discrepancy) for discrepancy in examined.discrepancies]
    form = chosen(output, as_json)
    if form is Output.JSON:
        say_json({"leaves": examined.leaves, "discrepancies": rows, "notes": examined.notes})
        return Exit.BREACHES if rows else Exit.CLEAR
    if rows:
        say_rows(rows, ["seq", "table", "found"], form)
    else:
        say(f"All {examined.leaves:,} ledger entries match the register")
    for note in examined.notes:
        talk.print(note, markup=False)
    return Exit.BREACHES if rows else Exit.CLEAR


@app.command("confirm")
def confirm_command(register: RegisterArgument) -> None:
    """Confirm the settings of a register after they were changed by hand, and repair its journal of erasures.

    Example:
      overt register confirm register/

    `overt register check` compares register.toml, portal.toml, the policy and the keys with their content when Overt
    wrote them or when this command was last run. Review the changes it reports before you run this. Lines missing from
    erasures.jsonl are restored from the records of erasures, and the damaged file is kept next to it.
    """
    changed = confirm(register)
    say("\n".join(changed) if changed else "Nothing has changed since the last confirmation")


@app.command()
def deciders(
    register: RegisterArgument,
    add: Annotated[
        list[str] | None, typer.Option(metavar="STAFF", help="Staff reference of a person to add (repeatable).")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="STAFF", help="Staff reference of a person to remove (repeatable).")
    ] = None,
) -> None:
    """Show, add or remove the people who may decide held records.

    Examples:
      overt register deciders register/
      overt register deciders register/ --add P2003

    They are listed in register.toml. A running portal must be restarted to apply a change.
    """
    with Register.open(register) as opened:
        known = opened.settings.deciders
        for reference in add or []:
            check_staff("--add", reference)
        absent = [reference for reference in remove or [] if reference not in known]
        if absent:
            raise Refusal(
                "decider-without-power", "--remove", ", ".join(absent), ", ".join(known) or "a decider; there is none"
            )
        named = [reference for reference in dict.fromkeys([*known, *(add or [])]) if reference not in (remove or [])]
        if tuple(named) != known:
            set_deciders(opened, named)
    say("\n".join(named) or "There are no deciders")


@app.command()
def clock(
    register: RegisterArgument,
    confirm: Annotated[bool, typer.Option("--confirm", help="Record that the clock is right.")] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="STAFF", help="Staff reference of the person who confirms it.")
    ] = None,
) -> int:
    """Show the clock next to the last record, and confirm it if it is further ahead than the settings allow.

    Example:
      overt register clock register/ --confirm --by P1042

    Times in a register never go back, so a record made with a clock that is a year ahead would close the register for a
    year. A record more than clock_ahead_days after the last one is therefore refused until the clock is confirmed. The
    setting is in register.toml [default: 31].

    Exit status: 1 while records would be refused.
    """
    moment = now()
    with Register.open(register) as opened:
        last = opened.status().last_recorded_at
        if confirm:
            if by is None:
                raise Refusal(
                    "staff-reference",
                    "--by",
                    "no staff reference was given",
                    "that of the person who confirms the clock",
                )
            leaf = confirm_clock(opened, by, moment)
            say(f"The clock was confirmed in ledger entry {leaf}. Records are admitted again.")
            return Exit.CLEAR
        say(f"This clock: {moment_text(moment)} UTC")
        say(f"Last record: {last or 'none'} UTC")
        try:
            opened.check_clock(moment)
        except Refusal as refusal:
            say(str(refusal))
            return Exit.BREACHES
    return Exit.CLEAR


@app.command("grants")
def grants_command(
    role: Annotated[str, typer.Option("--role", metavar="NAME", help="Account of the portal on PostgreSQL.")],
    schema: Annotated[str, typer.Option("--schema", metavar="NAME", help="Schema of the register.")] = "public",
) -> None:
    """Print the SQL that lets an account keep a register on PostgreSQL, but not change or delete its history.

    Example:
      overt register grants --role overt_portal

    The owner of the tables runs it, for example with psql, after each update of Overt. See
    docs/guides/register-on-postgresql.md.
    """
    say(grants(role, schema))


@app.command()
def serve(
    register: RegisterArgument,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8062,
) -> None:
    """Serve the gate over HTTP: POST /records, GET /charter, /status, /openapi.json.

    Example:
      OVERT_TOKENS='P1042=a-long-secret' overt register serve register/

    Each client is identified by a token. Set OVERT_TOKENS to a list of STAFF=TOKEN, separated by spaces.
    """
    with Register.open(register) as opened:
        tokens = gate_api.read_tokens(os.environ.get("OVERT_TOKENS", ""))
        serving.run(gate_api.gate_app(opened, tokens, now), host, port)
