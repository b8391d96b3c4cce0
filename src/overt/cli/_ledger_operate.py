"""`overt ledger`: what the operator of a log does: begins it, publishes it, serves it, and keeps its keys."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import log_server, serving
from overt.cli._keys import LogPassphraseOption, given_signers, log_passphrase, signers_of
from overt.cli._logs import (
    FolderArgument,
    counted,
    given_file,
    now_seconds,
)
from overt.cli._options import LocalHostOption, PortOption, QuietOption
from overt.cli._output import say, talk
from overt.ledger import (
    COSIGNATURE,
    ED25519,
    ML_DSA_44,
    SALT_SIZE,
    SEED_SIZE,
    BucketStore,
    HttpWitness,
    LogFolder,
    LogStore,
    Published,
    Signer,
    commitment,
    make_signer,
    prove,
    publish,
    read_policy,
    read_public_key,
    read_record,
    record_leaf,
    write_key,
)
from overt.refusals import Refusal
from overt.register import SETTINGS_FILE, Register, RegisterLog, read_settings

app = typer.Typer()

keys = typer.Typer(help="Manage the keys of a log or witness.", no_args_is_help=True)
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="s3://…", show_default="FOLDER/public", help="Bucket to publish to.")
]


@app.command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="New folder, or folder of a register.")],
    origin: Annotated[
        str | None,
        typer.Option("--origin", metavar="NAME", help="Permanent name of the log: its address without https://."),
    ] = None,
    to: ToOption = None,
    passphrase: LogPassphraseOption = None,
) -> None:
    """Create a log, or start a register's log: generate a key and sign the first checkpoint.

    Examples:
      overt ledger init register
      overt ledger init log --origin register.example.org/stops

    A register's log takes the register's origin. For any other log, give --origin.

    The key is protected by a passphrase, taken from --passphrase-file or OVERT_LEDGER_PASSPHRASE, or asked for. If
    OVERT_LEDGER_KEY holds a private key, that key is used instead and is not stored. Give FOLDER/policy to people who
    will verify the log.
    """
    with _opened(folder) as log:
        named = _name_of(log, origin)
        signers = given_signers()
        if any(signer.key.name != named for signer in signers):
            raise Refusal("key-name", "OVERT_LEDGER_KEY", "a key with another name", f"{named}, the name of the log")
        if not signers:
            signers = [make_signer(named, ED25519, secrets.token_bytes(SEED_SIZE))]
            write_key(log.next_key(), signers[0], log_passphrase(passphrase, new=True), secrets.token_bytes)
        log.write_policy([signer.key for signer in signers])
        log.vouch()
        _publish(log, signers, _store(log, to), quiet=True)
    for signer in signers:
        say(str(signer.key))
    talk.print(
        f"Give {log.policy} to people who will verify the log. "
        f"Keep {folder / 'keys'} and the passphrase secret and separate.",
        markup=False,
    )


@app.command("publish")
def publish_command(
    folder: FolderArgument,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="KIND=FILE", help="Publish this document in the log (repeatable)."),
    ] = None,
    record: Annotated[
        list[Path] | None,
        typer.Option("--record", metavar="FILE.json", help="Add a commitment to this record (repeatable)."),
    ] = None,
    to: ToOption = None,
    passphrase: LogPassphraseOption = None,
    quiet: QuietOption = False,
) -> None:
    """Publish every entry of a log: tiles, documents and a signed checkpoint.

    Examples:
      overt ledger publish register
      overt ledger publish log --document charter=charter.toml
      overt ledger publish log --record entry.json

    Each record gets a receipt, FILE.tlog-proof. A person who has both can prove what was recorded. Witnesses with an
    address in FOLDER/policy are asked to cosign. It is safe to run again after a failure: nothing is duplicated or
    lost.
    """
    with _opened(folder) as log:
        signers = signers_of(log, passphrase)
        entries: list[bytes] = []
        for named in document or []:
            kind, equals, file = named.partition("=")
            if not equals:
                raise Refusal("document-shape", "--document", named, "kind=file")
            entries.append(log.keep_document(kind, given_file(Path(file)), Path(file).name))
        salts = {path: _kept_salt(path) for path in record or []}
        for path, salt in salts.items():
            entries.append(record_leaf(commitment(read_record(given_file(path), str(path)), salt)))
        places = log.enter(entries) if entries else []
        store = _store(log, to)
        published = _publish(log, signers, store, quiet)
    for (path, salt), index in zip(salts.items(), places[len(document or []) :], strict=True):
        receipt = path.with_name(path.name + ".tlog-proof")
        receipt.write_bytes(prove(store, index, salt))
        _salt_path(path).unlink()
        talk.print(f"Receipt: {receipt}", markup=False)
    say(f"{published.checkpoint.origin}: {published.before} → {published.checkpoint.size} entries")


@app.command("serve")
def serve_command(
    folder: FolderArgument,
    host: LocalHostOption = "127.0.0.1",
    port: PortOption = 8080,
) -> None:
    """Serve a published log over HTTP.

    Example:
      overt ledger serve log --port 8080

    For testing, or behind a reverse proxy. It does not support TLS.
    """
    store = LogFolder(folder).store
    talk.print(f"Listening at http://{host}:{port}", markup=False)
    serving.run(log_server.log_app(store), host, port)


@keys.command("new")
def new_key_command(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="New key file.")],
    name: Annotated[str, typer.Option("--name", help="Name it signs with, such as witness.example.org.")],
    witness: Annotated[bool, typer.Option("--witness", help="Create a witness key, which cosigns.")] = False,
    post_quantum: Annotated[bool, typer.Option("--ml-dsa", help="Use ML-DSA-44 instead of Ed25519.")] = False,
    passphrase: LogPassphraseOption = None,
) -> None:
    """Create a key protected by a passphrase, and print its public half.

    Example:
      overt ledger key new witness.key --name witness.example.org/w1 --witness
    """
    kind = ML_DSA_44 if post_quantum else COSIGNATURE if witness else ED25519
    signer = make_signer(name, kind, secrets.token_bytes(SEED_SIZE))
    write_key(path, signer, log_passphrase(passphrase, new=True), secrets.token_bytes)
    say(str(signer.key))


@keys.command("show")
def show_key_command(path: Annotated[Path, typer.Argument(metavar="FILE", help="Key file.")]) -> None:
    """Print the public half of a key.

    Example:
      overt ledger key show witness.key
    """
    say(str(read_public_key(path)))


@keys.command("rotate")
def rotate_command(folder: FolderArgument, to: ToOption = None, passphrase: LogPassphraseOption = None) -> None:
    """Add a key to a log. From then on both keys sign, and the change is recorded publicly in the log.

    Example:
      overt ledger key rotate log

    Give the new FOLDER/policy to everyone who verifies the log. When they have it, delete the old file from FOLDER/keys
    and the old line from FOLDER/policy. After that, only the new key signs.
    """
    with _opened(folder) as log:
        old = signers_of(log, passphrase)
        new = make_signer(old[0].key.name, ED25519, secrets.token_bytes(SEED_SIZE))
        name = f"Key {new.key.key_id.hex()} added; it signs together with {old[-1].key.key_id.hex()}"
        leaf = log.keep_document("key", f"{new.key}\n".encode(), name)
        write_key(log.next_key(), new, log_passphrase(passphrase, new=False), secrets.token_bytes)
        policy = given_file(log.policy).decode("utf-8", "surrogateescape")
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
        raise Refusal("out-not-empty", str(log.folder), "the folder is not empty", "a new or empty folder")
    if register and origin not in (None, register.origin):
        raise Refusal("key-name", "--origin", str(origin), f"{register.origin}, as in register.toml")
    if register:
        return register.origin
    if origin is None:
        raise Refusal("log-name", "--origin", "the log has no name", "its address without https://")
    return origin


def _store(log: LogFolder, to: str | None) -> LogStore:
    return BucketStore(to) if to else log.store


def _publish(log: LogFolder, signers: list[Signer], store: LogStore, quiet: bool) -> Published:
    policy = read_policy(given_file(log.policy), str(log.policy))
    with counted("Publishing", quiet) as progress:
        return publish(
            log.leaves(),
            store,
            signers,
            now=now_seconds(),
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
