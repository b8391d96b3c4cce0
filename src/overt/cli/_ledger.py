"""`overt ledger`: a log that a stranger can verify."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from overt.charter import charter_news
from overt.cli._given import said_passphrase
from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, talk
from overt.files import given_bytes
from overt.ledger import (
    COSIGNATURE,
    DAY,
    ED25519,
    ML_DSA_44,
    SALT_SIZE,
    SEED_SIZE,
    BucketStore,
    Cosignature,
    FolderStore,
    HttpReader,
    HttpWitness,
    LogFolder,
    Policy,
    PublicLeaf,
    Published,
    Reader,
    Signer,
    Store,
    Witness,
    check,
    commitment,
    given_keys,
    make_signer,
    prove,
    prove_anew,
    publish,
    read_key,
    read_policy,
    read_public_key,
    read_record,
    read_skey,
    record_leaf,
    tell_plainly,
    trust,
    verify,
    watch,
    write_key,
)
from overt.refusals import Exit, Refusal
from overt.register import PSEUDONYMS_KIND, SETTINGS_FILE, Register, RegisterLog, pseudonym_news, read_settings

app = typer.Typer(
    help="Keep a signed log that only grows, and verify anybody's.\n\n"
    "A keeper uses init, publish, key and serve; everyone else check, prove, verify, watch and witness.",
    no_args_is_help=True,
)
keys = typer.Typer(help="The keys of a log or a witness.", no_args_is_help=True)
app.add_typer(keys, name="key")

_LIMIT = 20_000_000
# The end of the year 9999, the last that Python has.
_LAST_SECOND = 253_402_300_800

FolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="The log's folder, as init made it, or the folder of a register.")
]
SourceArgument = Annotated[
    str, typer.Argument(metavar="LOG", help="A published log: a folder, an address or a bucket.")
]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="s3://…", help="A bucket to publish to, instead of DIR/public.")
]
PolicyOption = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE", help="Whom to trust: a C2SP tlog-policy file.")
]
KeyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="Trust this key of the log instead: as text, as the line `log …` of a policy, or in a file (repeatable).",
    ),
]
MaxAgeOption = Annotated[
    int | None,
    typer.Option(
        "--max-age",
        min=1,
        max=36_500,
        metavar="DAYS",
        help="Cosignatures older than this do not count; as FILE says, if not given.",
    ),
]
PassphraseOption = Annotated[
    Path | None, typer.Option("--passphrase-file", metavar="FILE", help="A file whose first line is the passphrase.")
]
HostOption = Annotated[str, typer.Option(help="The address to listen at; others cannot reach the default.")]


@app.command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or the folder of a register.")],
    origin: Annotated[
        str | None,
        typer.Option("--origin", metavar="NAME", help="The log's name for ever: its address without https://."),
    ] = None,
    to: ToOption = None,
    passphrase: PassphraseOption = None,
) -> None:
    """Make a log, or begin that of a register: a key, and a signed checkpoint.

    Examples:
      overt ledger init register
      overt ledger init log --origin register.example.org/stops

    A register's log bears the register's own name; of a new folder it is given.

    The key is sealed with a passphrase: of --passphrase-file, of
    OVERT_LEDGER_PASSPHRASE, or asked for. A private key in OVERT_LEDGER_KEY is
    used instead and kept nowhere. DIR/policy is what to hand to those who will verify.
    """
    with _opened(folder) as log:
        named = _name_of(log, origin)
        signers = _given_signers()
        if any(signer.key.name != named for signer in signers):
            raise Refusal("key-name", "OVERT_LEDGER_KEY", "a key of another name", f"{named}, as the log is named")
        if not signers:
            signers = [make_signer(named, ED25519, secrets.token_bytes(SEED_SIZE))]
            write_key(log.next_key(), signers[0], passphrase_of(passphrase, new=True), secrets.token_bytes)
        log.write_policy([signer.key for signer in signers])
        log.vouch()
        _publish(log, signers, _store(log, to), quiet=True)
    for signer in signers:
        say(str(signer.key))
    talk.print(f"Hand out {log.policy}. Keep {folder / 'keys'} and the passphrase apart from it.", markup=False)


@app.command("publish")
def publish_command(
    folder: FolderArgument,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="KIND=FILE", help="Add a public leaf for a document (repeatable)."),
    ] = None,
    record: Annotated[
        list[Path] | None,
        typer.Option("--record", metavar="FILE.json", help="Add a commitment to a record (repeatable)."),
    ] = None,
    to: ToOption = None,
    passphrase: PassphraseOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")] = False,
) -> None:
    """Publish all entries: tiles, documents and a signed checkpoint.

    Examples:
      overt ledger publish register
      overt ledger publish log --document charter=charter.toml
      overt ledger publish log --record entry.json

    For each record a receipt is written beside it, as FILE.tlog-proof: who has
    both can prove what was entered. Witnesses of DIR/policy with an address are
    asked to cosign. Run again after a failure: nothing is entered twice or lost.
    """
    with _opened(folder) as log:
        signers = signers_of(log, passphrase)
        entries: list[bytes] = []
        for named in document or []:
            kind, equals, file = named.partition("=")
            if not equals:
                raise Refusal("document-shape", "--document", named, "kind=file")
            entries.append(log.keep_document(kind, _given(Path(file)), Path(file).name))
        salts = {path: _kept_salt(path) for path in record or []}
        for path, salt in salts.items():
            entries.append(record_leaf(commitment(read_record(_given(path), str(path)), salt)))
        places = log.enter(entries) if entries else []
        store = _store(log, to)
        published = _publish(log, signers, store, quiet)
    for (path, salt), index in zip(salts.items(), places[len(document or []) :], strict=True):
        receipt = path.with_name(path.name + ".tlog-proof")
        receipt.write_bytes(prove(store, index, salt))
        _salt_path(path).unlink()
        talk.print(f"receipt: {receipt}", markup=False)
    say(f"{published.checkpoint.origin}: {published.before} → {published.checkpoint.size} entries")


@app.command("check")
def check_command(
    source: SourceArgument,
    policy: PolicyOption = None,
    key: KeyOption = None,
    max_age: MaxAgeOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many faults to list.")] = 100,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Verify a whole log from its bytes: every entry, tile, document, root and signature.

    Example:
      overt ledger check https://register.example.org/stops --policy policy

    Exits with status 1 when anything is not as it must be.
    """
    with _progress("checking", quiet) as progress:
        found = check(reader_of(source), _policy(policy, key, max_age), limit=limit, now=_now(), progress=progress)
    head = found.checkpoint
    if chosen(output, as_json) is Output.JSON:
        say_json(
            {
                "origin": head.origin if head else None,
                "entries": found.entries,
                "public": found.public,
                "tiles": found.tiles,
                "root": head.root.hex() if head else None,
                "cosigned_by": found.cosigned_by,
                "cosignatures": cosignatures_json(found.cosignatures),
                "faults": [{"where": fault.where, "found": fault.found} for fault in found.faults],
                "fault_count": found.fault_count,
            }
        )
    else:
        for fault in found.faults:
            say(f"{fault.where}: {fault.found}")
        if found.fault_count > len(found.faults):
            say(f"… and {found.fault_count - len(found.faults)} more")
        say_cosignatures(found.cosignatures)
        state = "whole" if found.is_whole else f"{found.fault_count} faults"
        say(f"{head}: {found.entries} entries, {found.public} of them public, {found.tiles} tiles: {state}")
    return Exit.CLEAR if found.is_whole else Exit.BREACHES


@app.command("prove")
def prove_command(
    source: SourceArgument,
    index: Annotated[int, typer.Argument(metavar="INDEX", min=0, help="The number of the entry, from 0.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.tlog-proof", help="Where to put the receipt.")],
    salt: Annotated[str, typer.Option("--salt", metavar="HEX", help="The salt of the record's commitment.")] = "",
) -> None:
    """Write the receipt of an entry.

    Example:
      overt ledger prove log/public 17 --out entry-17.tlog-proof
    """
    try:
        salted = bytes.fromhex(salt) or None
    except ValueError as error:
        raise Refusal("salt-size", "--salt", "not hexadecimal", f"{SALT_SIZE} bytes in hexadecimal") from error
    out.write_bytes(prove(reader_of(source), index, salted))
    say(str(out))


@app.command("verify")
def verify_command(
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT", help="A .tlog-proof file.")],
    record: Annotated[
        Path | None, typer.Option("--record", metavar="FILE.json", help="The record it is said to be about.")
    ] = None,
    leaf: Annotated[Path | None, typer.Option("--leaf", metavar="FILE", help="The entry's bytes instead.")] = None,
    policy: PolicyOption = None,
    key: KeyOption = None,
    log: Annotated[
        str | None,
        typer.Option(
            "--log",
            metavar="LOG",
            help="Prove it in this log as published now, where a witness was named after the receipt was made.",
        ),
    ] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Verify a receipt, without any connection: that this very record is in the log.

    Examples:
      overt ledger verify entry.json.tlog-proof --record entry.json --policy policy
      overt ledger verify entry.json.tlog-proof --record entry.json --policy policy --log https://police.example/log

    Exits with status 3 when it does not prove that. With --log the proof is made anew from the published log.
    """
    if (record is None) == (leaf is None):
        raise Refusal("receipt-of-what", "--record, --leaf", "neither or both", "one of the two")
    content = read_record(_given(record), str(record)) if record else _given(leaf) if leaf else b""
    data = _given(receipt)
    if log is not None:
        data = prove_anew(data, reader_of(log), str(receipt))
    found = verify(data, content, _policy(policy, key), str(receipt), _now())
    head = found.signed.checkpoint
    if chosen(output, as_json) is Output.JSON:
        say_json(
            {
                "origin": head.origin,
                "index": found.index,
                "size": head.size,
                "cosigned_by": found.cosigned_by,
                "cosignatures": cosignatures_json(found.cosignatures),
            }
        )
    else:
        by = f"; cosigned by {', '.join(found.cosigned_by)}" if found.cosigned_by else ""
        say(f"It is entry {found.index} of {head.size} in {head.origin}{by}")
        say_cosignatures(found.cosignatures)


@app.command("watch")
def watch_command(
    source: SourceArgument,
    state: Annotated[Path, typer.Option("--state", metavar="DIR", help="Where to remember what was seen.")],
    policy: PolicyOption = None,
    key: KeyOption = None,
    max_age: MaxAgeOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")] = False,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Look at a log: prove that it only grew since the last look, and tell what it published.

    Example:
      overt ledger watch https://register.example.org/stops --state seen --policy policy

    Run it daily. Exits with status 1 when the log shrank or forked; both checkpoints
    are then kept in DIR/evidence.
    """
    with _progress("reading", quiet) as progress:
        found = watch(
            reader_of(source), state, _policy(policy, key, max_age), tell=_news, now=_now(), progress=progress
        )
    before = found.old.size if found.old else 0
    if chosen(output, as_json) is Output.JSON:
        say_json(
            {
                "origin": found.new.origin,
                "before": before,
                "size": found.new.size,
                "news": found.news,
                "contradiction": found.contradiction or None,
                "evidence": found.evidence,
                "cosignatures": cosignatures_json(found.cosignatures),
            }
        )
    elif found.contradiction:
        say(found.contradiction)
        say(f"evidence: {found.evidence}")
    else:
        for line in found.news:
            say(line)
        say_cosignatures(found.cosignatures)
        say(f"{found.new.origin}: {before} → {found.new.size} entries, only grown")
    return Exit.BREACHES if found.contradiction else Exit.CLEAR


@app.command("witness")
def witness_command(
    key_file: Annotated[Path, typer.Argument(metavar="KEY", help="The witness's key, of key new --witness.")],
    state: Annotated[Path, typer.Option("--state", metavar="DIR", help="Where to remember what was cosigned.")],
    log: Annotated[
        list[str],
        typer.Option("--log", metavar="KEY", help="A key of a log to witness, as text, line or file (repeatable)."),
    ],
    passphrase: PassphraseOption = None,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")] = 8081,
) -> None:
    """Run a witness that cosigns what only grew, for any log of the C2SP kind.

    Example:
      overt ledger witness witness.key --state cosigned --log register.example.org/stops+…

    Never remove its state: a witness that forgets can be made to cosign two
    histories.
    """
    signer = read_key(key_file, passphrase_of(passphrase, new=False))
    witness = Witness(signer, state, [key for each in log for key in given_keys(each, "--log")])
    talk.print(f"witness {signer.key}\nlistening at http://{host}:{port}", markup=False)
    from overt.web.serving import run  # noqa: PLC0415  an extra
    from overt.web.witness import witness_app  # noqa: PLC0415  an extra

    run(witness_app(witness, _now), host, port)


@app.command("serve")
def serve_command(
    folder: FolderArgument,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")] = 8080,
) -> None:
    """Serve a published log, as any web server could.

    Example:
      overt ledger serve log --port 8080

    For a test or behind another server: it speaks no TLS.
    """
    store = LogFolder(folder).store
    talk.print(f"listening at http://{host}:{port}", markup=False)
    from overt.web.log import log_app  # noqa: PLC0415  an extra
    from overt.web.serving import run  # noqa: PLC0415  an extra

    run(log_app(store), host, port)


@keys.command("new")
def new_key_command(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    name: Annotated[str, typer.Option("--name", help="The name it signs with, such as witness.example.org.")],
    witness: Annotated[bool, typer.Option("--witness", help="A key that cosigns.")] = False,
    post_quantum: Annotated[bool, typer.Option("--ml-dsa", help="ML-DSA-44 instead of Ed25519.")] = False,
    passphrase: PassphraseOption = None,
) -> None:
    """Make a key, sealed with a passphrase; prints its public half.

    Example:
      overt ledger key new witness.key --name witness.example.org/w1 --witness
    """
    kind = ML_DSA_44 if post_quantum else COSIGNATURE if witness else ED25519
    signer = make_signer(name, kind, secrets.token_bytes(SEED_SIZE))
    write_key(path, signer, passphrase_of(passphrase, new=True), secrets.token_bytes)
    say(str(signer.key))


@keys.command("show")
def show_key_command(path: Annotated[Path, typer.Argument(metavar="FILE", help="A key file.")]) -> None:
    """Print the public half of a key.

    Example:
      overt ledger key show witness.key
    """
    say(str(read_public_key(path)))


@keys.command("rotate")
def rotate_command(folder: FolderArgument, to: ToOption = None, passphrase: PassphraseOption = None) -> None:
    """Add a key to a log: from now on both sign, and a public leaf says so.

    Example:
      overt ledger key rotate log

    Hand out the new DIR/policy. When everybody has it, remove the old file from
    DIR/keys and the old line from DIR/policy: then only the new key signs.
    """
    with _opened(folder) as log:
        old = signers_of(log, passphrase)
        new = make_signer(old[0].key.name, ED25519, secrets.token_bytes(SEED_SIZE))
        name = f"{new.key.key_id.hex()} joins {old[-1].key.key_id.hex()}"
        leaf = log.keep_document("key", f"{new.key}\n".encode(), name)
        write_key(log.next_key(), new, passphrase_of(passphrase, new=False), secrets.token_bytes)
        policy = _given(log.policy).decode("utf-8", "surrogateescape")
        log.policy.write_bytes(f"log {new.key}\n{policy}".encode("utf-8", "surrogateescape"))
        log.vouch()
        log.enter([leaf])
        _publish(log, [*old, new], _store(log, to), quiet=True)
    say(str(new.key))


@contextmanager
def _opened(folder: Path) -> Iterator[LogFolder]:
    """The log in a folder: a register's, or one of its own."""
    if not (folder / SETTINGS_FILE).is_file():
        yield LogFolder(folder)
        return
    with Register.open(folder) as register:
        yield RegisterLog(register, dt.datetime.now(dt.UTC))


def _name_of(log: LogFolder, origin: str | None) -> str:
    """What a log that begins is called; refuses a folder that has one, or something else, in it."""
    register = read_settings(log.folder) if isinstance(log, RegisterLog) else None
    in_the_way = log.policy.exists() if register else log.folder.exists() and any(log.folder.iterdir())
    if in_the_way:
        raise Refusal("out-not-empty", str(log.folder), "a folder with something in it", "a new or empty folder")
    if register and origin not in (None, register.origin):
        raise Refusal("key-name", "--origin", str(origin), f"{register.origin}, as register.toml says")
    if register:
        return register.origin
    if origin is None:
        raise Refusal("log-name", "--origin", "no name", "the log's address without https://")
    return origin


def _store(log: LogFolder, to: str | None) -> Store:
    return BucketStore(to) if to else log.store


def _publish(log: LogFolder, signers: list[Signer], store: Store, quiet: bool) -> Published:
    policy = read_policy(_given(log.policy), str(log.policy))
    with _progress("publishing", quiet) as progress:
        return publish(
            log.leaves(),
            store,
            signers,
            now=_now(),
            state=log.state,
            documents=log.document,
            witnesses=[HttpWitness(party.url) for party in policy.witnesses.values() if party.url],
            policy=policy,
            progress=progress,
        )


def _kept_salt(record: Path) -> bytes:
    """The salt for a record, beside it until its receipt is written, so that trying again enters it once."""
    path = _salt_path(record)
    if not path.exists():
        part = path.with_name(f".{path.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        part.write_bytes(secrets.token_bytes(SALT_SIZE))
        part.replace(path)
    return path.read_bytes()


def _salt_path(record: Path) -> Path:
    return record.with_name(f"{record.name}.salt")


def signers_of(log: LogFolder, passphrase: Path | None) -> list[Signer]:
    """The keys that sign for a log: of the environment, or of its folder under the passphrase."""
    log.leaves()
    given = _given_signers()
    if given:
        return given
    words = passphrase_of(passphrase, new=False)
    return [read_key(path, words) for path in log.key_files()]


def _given_signers() -> list[Signer]:
    """The keys in the environment, several of them during a rotation."""
    return [read_skey(each, "OVERT_LEDGER_KEY") for each in os.environ.get("OVERT_LEDGER_KEY", "").split()]


def passphrase_of(path: Path | None, *, new: bool) -> str:
    """The passphrase of a key: of a file, the environment, or asked for."""
    if path:
        return _given(path).decode("utf-8", "replace").partition("\n")[0]
    return said_passphrase("OVERT_LEDGER_PASSPHRASE", new=new)


def _policy(path: Path | None, vkeys: list[str] | None, max_age: int | None = None) -> Policy:
    policy = _believed(path, vkeys)
    return policy if max_age is None else replace(policy, max_age=max_age * DAY)


def say_cosignatures(cosignatures: Sequence[Cosignature]) -> None:
    """Prints who cosigned, and when; of one that does not count, why."""
    for each in cosignatures:
        counted = "" if each.counts else f"; it does not count: {each.fault}"
        say(f"cosigned by {each.witness} on {_day_and_time(each.time)}{counted}")


def cosignatures_json(cosignatures: Sequence[Cosignature]) -> list[dict[str, object]]:
    """The same for machines; `at` is null for a time that no calendar has."""
    return [
        {
            "witness": each.witness,
            "time": each.time,
            "at": (moment := _moment_of(each.time)) and moment.isoformat(),
            "counts": each.counts,
            "fault": each.fault or None,
        }
        for each in cosignatures
    ]


def _moment_of(time: int) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(time, dt.UTC) if 0 < time < _LAST_SECOND else None


def _day_and_time(time: int) -> str:
    moment = _moment_of(time)
    return f"{moment.day} {moment:%B %Y at %H:%M} UTC" if moment else f"no day (its time is {time})"


def _believed(path: Path | None, vkeys: list[str] | None) -> Policy:
    if (path is None) == (not vkeys):
        raise Refusal("trust-whom", "--policy, --key", "neither or both", "one of the two", "ask the log's keeper")
    if path:
        return read_policy(_given(path), str(path))
    return trust(*(key for each in vkeys or [] for key in given_keys(each, "--key")))


def _given(path: Path) -> bytes:
    return given_bytes(path, _LIMIT)


def reader_of(source: str) -> Reader:
    """A published log at an address, in a bucket or in a folder."""
    if source.startswith(("http://", "https://")):
        return HttpReader(source)
    return BucketStore(source) if "://" in source else FolderStore(Path(source))


def _news(leaf: PublicLeaf, old: bytes | None, new: bytes) -> list[str]:
    told = charter_news(old, new, leaf.name) if leaf.kind == "charter" else []
    if leaf.kind == PSEUDONYMS_KIND:
        told = pseudonym_news(new, leaf.name)
    return told or tell_plainly(leaf, old, new)


def _now() -> int:
    return int(time.time())


@contextmanager
def _progress(what: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=talk,
        transient=True,
        disable=quiet or not talk.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
