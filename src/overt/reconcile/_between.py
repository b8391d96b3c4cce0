"""The two faces of a comparison between controllers: the keeper waits for one session, the owner asks in it."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from overt.machine import BINARY
from overt.pseudonym import PseudonymKey
from overt.reconcile._agreement import Agreement
from overt.reconcile._channel import Tls, connect, listen
from overt.reconcile._door import Door
from overt.reconcile._elements import kept, kept_from_list, owned
from overt.reconcile._list import ListOptions, open_list, people_on
from overt.reconcile._psi import Keeper, KeeperLearned, OwnerLearned, Progress, ask
from overt.reconcile._reconcile import Standing
from overt.refusals import Refusal
from overt.register import Register, pseudonym_key_of

LONGEST_SILENCE = 120.0


@dataclass(frozen=True)
class Address:
    """Where the keeper listens. Outside this machine TLS is needed, with certificates on both sides."""

    host: str = "127.0.0.1"
    port: int = 8063
    tls: Tls | None = None
    silence: float = LONGEST_SILENCE


def check_key(agreement: Agreement, key: PseudonymKey) -> PseudonymKey:
    """The generation of the key that was agreed on; refuses another key."""
    named = key.named(agreement.key)
    if named is None:
        raise Refusal("pseudonym-key-other", "the key", f"key {key.id}", f"key {agreement.key}, as agreed")
    return named


def people_of_register(register: Register, agreement: Agreement, key: PseudonymKey, as_of: dt.datetime) -> list[str]:
    """The keeper's elements from its register; refuses one whose pseudonyms are under another key than agreed."""
    check_key(agreement, key)
    if pseudonym_key_of(register, as_of) != agreement.key:
        remedy = "bring the people as a list with names, or agree on the register's own key, which the page warns of"
        fault = "pseudonyms under another key, or under one that it does not name"
        raise Refusal("register-key-not-agreed", "the register", fault, f"key {agreement.key}", remedy)
    return kept(Standing.at(register, as_of), agreement.subjects, agreement.most_subjects)


def people_of_list(
    path: Path,
    options: ListOptions,
    agreement: Agreement,
    key: PseudonymKey,
    note: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """The keeper's elements from a list of its own, with names, of the people whom the agreement speaks of.

    `note` is told what must be known of how the list was read.
    """
    with open_list(path, options, note) as (_, rows):
        return kept_from_list(rows, check_key(agreement, key), agreement.most_subjects)


def serve(
    elements: list[str],
    agreement: Agreement,
    key: PseudonymKey,
    address: Address,
    *,
    permit: Callable[[], None] = lambda: None,
    ready: Callable[[int], None] = lambda port: None,
    told: Callable[[Refusal], None] = lambda refusal: None,
    progress: Progress = lambda done, total: None,
    wait: float | None = None,
) -> KeeperLearned:
    """Answers one owner, once. Whoever comes and does not keep to the protocol is refused, and the keeper waits on.

    `ready` is told the port once everything is prepared, `told` each refusal on the way, by several threads. `wait` is
    how long to wait for an owner. Refuses an agreement that is used up. Only who has the agreed key can end it.
    """
    keeper = Keeper(agreement, check_key(agreement, key), elements, progress)
    with listen(address.host, address.port, address.tls) as listening:
        ready(listening.getsockname()[1])
        return Door(keeper, address.tls, address.silence, permit, told).open(listening, wait)


def join(
    path: Path,
    options: ListOptions,
    agreement: Agreement,
    key: PseudonymKey,
    address: Address,
    *,
    rows: Path | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> tuple[OwnerLearned, int, int]:
    """What the owner of a list learns, how many rows it has, and how many of them the rule cannot read.

    `rows` is a new file with the numbers of the rows that were found, where the agreement lets the owner learn them.
    `note` is told what must be known of how the list was read.
    """
    used = check_key(agreement, key)
    if rows is not None and not agreement.reveals_rows:
        raise Refusal("rows-not-agreed", "--rows", "a file for rows was given", "only the count, as agreed")
    if rows is not None and rows.exists():
        raise Refusal("out-is-there", str(rows), "something with this name already exists", "a name that is not in use")
    people_on(path, options)
    with open_list(path, options, note) as (_, read):
        mine = owned(read, used, agreement.most_rows)
    with connect(address.host, address.port, address.tls, address.silence) as channel:
        learned = ask(channel, agreement, used, mine)
    if rows is not None:
        _write_rows(rows, learned.rows or ())
    return learned, mine.read, mine.unreadable


def _write_rows(path: Path, rows: tuple[int, ...]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["row"])
        writer.writerows([row] for row in rows)
