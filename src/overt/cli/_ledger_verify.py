"""`overt ledger`: what anyone does with a log: checks it, proves and verifies receipts, watches and witnesses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from overt.charter import charter_news
from overt.cli._extras import serving, witness_server
from overt.cli._keys import LogPassphraseOption, log_passphrase
from overt.cli._logs import (
    KeyOption,
    MaxAgeOption,
    PolicyOption,
    SourceArgument,
    counted,
    given_file,
    now_seconds,
    reader_of,
    trusted,
)
from overt.cli._options import JsonOption, LocalHostOption, Output, OutputOption, PortOption, QuietOption
from overt.cli._output import chosen, say, say_json, talk
from overt.ledger import (
    SALT_SIZE,
    Cosignature,
    PublicLeaf,
    Witness,
    check,
    given_keys,
    prove,
    prove_anew,
    read_key,
    read_record,
    tell_plainly,
    verify,
    watch,
)
from overt.refusals import Exit, Refusal
from overt.register import PSEUDONYMS_KIND, pseudonym_news

app = typer.Typer()

# The end of the year 9999, the last that Python has.
_LAST_SECOND = 253_402_300_800


@app.command("check")
def check_command(
    source: SourceArgument,
    policy: PolicyOption = None,
    key: KeyOption = None,
    max_age: MaxAgeOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Maximum number of errors to list.")] = 100,
    quiet: QuietOption = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Verify a complete log: every entry, tile, document, root hash and signature.

    Example:
      overt ledger check https://register.example.org/stops --policy policy

    Exit status: 1 if anything fails verification.
    """
    with counted("Checking", quiet) as progress:
        result = check(
            reader_of(source), trusted(policy, key, max_age), limit=limit, now=now_seconds(), progress=progress
        )
    head = result.checkpoint
    if chosen(output, as_json) is Output.JSON:
        say_json(
            {
                "origin": head.origin if head else None,
                "entries": result.entries,
                "public": result.public,
                "tiles": result.tiles,
                "root": head.root.hex() if head else None,
                "cosigned_by": result.cosigned_by,
                "cosignatures": cosignatures_json(result.cosignatures),
                "faults": [{"where": fault.where, "found": fault.found} for fault in result.faults],
                "fault_count": result.fault_count,
            }
        )
    else:
        for fault in result.faults:
            say(f"{fault.where}: {fault.found}")
        if result.fault_count > len(result.faults):
            say(f"… and {result.fault_count - len(result.faults)} more")
        say_cosignatures(result.cosignatures)
        state = "verified" if result.is_whole else f"{result.fault_count} errors"
        say(f"{head}: {result.entries} entries, {result.public} of them public, {result.tiles} tiles: {state}")
    return Exit.CLEAR if result.is_whole else Exit.BREACHES


@app.command("prove")
def prove_command(
    source: SourceArgument,
    index: Annotated[int, typer.Argument(metavar="INDEX", min=0, help="Number of the ledger entry, from 0.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.tlog-proof", help="File to write the receipt to.")],
    salt: Annotated[str, typer.Option("--salt", metavar="HEX", help="Salt of the record's commitment.")] = "",
) -> None:
    """Write the receipt of a ledger entry.

    Example:
      overt ledger prove log/public 17 --out entry-17.tlog-proof
    """
    try:
        salted = bytes.fromhex(salt) or None
    except ValueError as error:
        raise Refusal("salt-size", "--salt", "this is not hexadecimal", f"{SALT_SIZE} bytes in hexadecimal") from error
    out.write_bytes(prove(reader_of(source), index, salted))
    say(str(out))


@app.command("verify")
def verify_command(
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT", help="Receipt: a .tlog-proof file.")],
    record: Annotated[
        Path | None, typer.Option("--record", metavar="FILE.json", help="Record that the receipt should prove.")
    ] = None,
    leaf: Annotated[
        Path | None, typer.Option("--leaf", metavar="FILE", help="Content of the ledger entry, instead of a record.")
    ] = None,
    policy: PolicyOption = None,
    key: KeyOption = None,
    log: Annotated[
        str | None,
        typer.Option(
            "--log",
            metavar="LOG",
            help="Prove it again from this log as published now, for example if a witness was added later.",
        ),
    ] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Verify offline that a receipt proves this exact record is in the log.

    Examples:
      overt ledger verify entry.json.tlog-proof --record entry.json --policy policy
      overt ledger verify entry.json.tlog-proof --record entry.json --policy policy --log https://police.example/log

    With --log, a new proof is made from the published log.

    Exit status: 3 if the receipt does not prove it.
    """
    if (record is None) == (leaf is None):
        raise Refusal("receipt-of-what", "--record, --leaf", "you gave neither or both", "one of the two")
    content = read_record(given_file(record), str(record)) if record else given_file(leaf) if leaf else b""
    data = given_file(receipt)
    if log is not None:
        data = prove_anew(data, reader_of(log), str(receipt))
    receipt_checked = verify(data, content, trusted(policy, key), str(receipt), now_seconds())
    head = receipt_checked.signed.checkpoint
    if chosen(output, as_json) is Output.JSON:
        say_json(
            {
                "origin": head.origin,
                "index": receipt_checked.index,
                "size": head.size,
                "cosigned_by": receipt_checked.cosigned_by,
                "cosignatures": cosignatures_json(receipt_checked.cosignatures),
            }
        )
    else:
        by = f"; cosigned by {', '.join(receipt_checked.cosigned_by)}" if receipt_checked.cosigned_by else ""
        say(f"It is entry {receipt_checked.index} of {head.size} in {head.origin}{by}")
        say_cosignatures(receipt_checked.cosignatures)


@app.command("watch")
def watch_command(
    source: SourceArgument,
    state: Annotated[
        Path, typer.Option("--state", metavar="FOLDER", help="Folder that stores the last checkpoint seen.")
    ],
    policy: PolicyOption = None,
    key: KeyOption = None,
    max_age: MaxAgeOption = None,
    quiet: QuietOption = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Check that a log has only been added to since the last check, and report what it published.

    Example:
      overt ledger watch https://register.example.org/stops --state seen --policy policy

    Run it daily. If the log has shrunk or forked, both checkpoints are kept in the folder `evidence` of --state.

    Exit status: 1 if the log has shrunk or forked.
    """
    with counted("Reading", quiet) as progress:
        seen = watch(
            reader_of(source), state, trusted(policy, key, max_age), tell=_news, now=now_seconds(), progress=progress
        )
    before = seen.old.size if seen.old else 0
    if chosen(output, as_json) is Output.JSON:
        say_json(
            {
                "origin": seen.new.origin,
                "before": before,
                "size": seen.new.size,
                "news": seen.news,
                "contradiction": seen.contradiction or None,
                "evidence": seen.evidence,
                "cosignatures": cosignatures_json(seen.cosignatures),
            }
        )
    elif seen.contradiction:
        say(seen.contradiction)
        say(f"Evidence: {seen.evidence}")
    else:
        for line in seen.news:
            say(line)
        say_cosignatures(seen.cosignatures)
        say(f"{seen.new.origin}: {before} → {seen.new.size} entries; append-only check passed")
    return Exit.BREACHES if seen.contradiction else Exit.CLEAR


@app.command("witness")
def witness_command(
    key_file: Annotated[
        Path, typer.Argument(metavar="KEY", help="Key of the witness, from `overt ledger key new --witness`.")
    ],
    state: Annotated[Path, typer.Option("--state", metavar="FOLDER", help="Folder that stores what was cosigned.")],
    log: Annotated[
        list[str],
        typer.Option(
            "--log", metavar="KEY", help="Key of a log to witness, as text, line of a policy or file (repeatable)."
        ),
    ],
    passphrase: LogPassphraseOption = None,
    host: LocalHostOption = "127.0.0.1",
    port: PortOption = 8081,
) -> None:
    """Run a witness that cosigns consistent checkpoints of C2SP transparency logs.

    Example:
      overt ledger witness witness.key --state cosigned --log register.example.org/stops+…

    Never delete its state. A witness without it can be tricked into cosigning two versions of a log.
    """
    signer = read_key(key_file, log_passphrase(passphrase, new=False))
    witness = Witness(signer, state, [key for path in log for key in given_keys(path, "--log")])
    talk.print(f"Witness {signer.key}\nListening at http://{host}:{port}", markup=False)
    serving.run(witness_server.witness_app(witness, now_seconds), host, port)


def say_cosignatures(cosignatures: Sequence[Cosignature]) -> None:
    """Prints who cosigned, and when; of one that does not count, why."""
    for cosignature in cosignatures:
        counted = "" if cosignature.counts else f"; not counted: {cosignature.fault}"
        say(f"cosigned by {cosignature.witness} on {_day_and_time(cosignature.time)}{counted}")


def cosignatures_json(cosignatures: Sequence[Cosignature]) -> list[dict[str, object]]:
    """The same for machines; `at` is null for a time that no calendar has."""
    return [
        {
            "witness": cosignature.witness,
            "time": cosignature.time,
            "at": (moment := _moment_of(cosignature.time)) and moment.isoformat(),
            "counts": cosignature.counts,
            "fault": cosignature.fault or None,
        }
        for cosignature in cosignatures
    ]


def _moment_of(time: int) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(time, dt.UTC) if 0 < time < _LAST_SECOND else None


def _day_and_time(time: int) -> str:
    moment = _moment_of(time)
    return f"{moment.day} {moment:%B %Y at %H:%M} UTC" if moment else f"an impossible date (time {time})"


def _news(leaf: PublicLeaf, old: bytes | None, new: bytes) -> list[str]:
    news = charter_news(old, new, leaf.name) if leaf.kind == "charter" else []
    if leaf.kind == PSEUDONYMS_KIND:
        news = pseudonym_news(new, leaf.name)
    return news or tell_plainly(leaf, old, new)
