"""A keeper who rewrites what was published, with the demonstration's worthless keys: of the log, and of both witnesses.

Written apart from the checks: it knows the published format, and what a keeper with every key could do.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from overt.demo._play import ORIGIN, WITNESSES
from overt.demo._seeded import Seeded
from overt.ledger import (
    FolderStore,
    LeafList,
    LocalWitness,
    SigningState,
    Witness,
    public_leaf,
    publish,
    read_entries,
    read_policy,
)
from overt.publication import ReleaseDocument, read_document, site_files

LATER = 1_725_400_000  # the evening of 3 September 2024
Entries = list[bytes]


def entries_of(folder: Path) -> Entries:
    """Every entry of the published log."""
    size = int((folder / "ledger" / "checkpoint").read_text().splitlines()[1])
    store = FolderStore(folder / "ledger")
    bundles = [read_entries(store, at, min(256, size - at * 256)) for at in range(-(-size // 256))]
    return [entry for bundle in bundles for entry in bundle]


def sign_again(
    folder: Path, change: Callable[[Entries], Entries], *documents: bytes, witnessed: bool = True, now: int = LATER
) -> None:
    """Publishes another history in the place of the log, signed by its key and, if asked, by both witnesses."""
    entries, log = change(entries_of(folder)), folder / "ledger"
    known = {path.name: path.read_bytes() for path in (log / "documents").iterdir()}
    known |= {hashlib.sha256(data).hexdigest(): data for data in documents}
    shutil.rmtree(log)
    seeded, beside = Seeded(1), folder.parent / "keeper"
    shutil.rmtree(beside, ignore_errors=True)
    signer = seeded.log_key(ORIGIN)
    policy = read_policy((folder / "verify" / "policy").read_bytes(), "policy")
    witnesses = [
        Witness(seeded.witness_key(f"{name}.example/witness"), beside / name, [signer.key]) for name in WITNESSES
    ]
    publish(
        LeafList(entries), FolderStore(log), [signer], now=now, state=SigningState(beside / "state"),
        documents=known.get, witnesses=[LocalWitness(one, now) for one in witnesses] if witnessed else [],
        policy=policy if witnessed else None,
    )  # fmt: skip


def swap(kind: str, old: bytes, new: bytes) -> Callable[[Entries], Entries]:
    """Puts the leaf of another document in the place of one."""
    names = [hashlib.sha256(data).hexdigest().encode() for data in (old, new)]

    def changed(entries: Entries) -> Entries:
        place = next(at for at, entry in enumerate(entries) if names[0] in entry)
        name = entries[place].decode().rstrip().split(" ", 3)[3]
        return [*entries[:place], public_leaf(kind, names[1].decode(), name), *entries[place + 1 :]]

    return changed


def release_of(folder: Path, number: str) -> ReleaseDocument:
    return read_document((folder / "figures" / number / "release.json").read_bytes(), number)


def with_figure(document: ReleaseDocument, name: str, row: int, value: int) -> ReleaseDocument:
    """The release with another number in the first column of one row of a table."""
    table = document.table(name)
    rows = list(table.rows)
    rows[row] = replace(rows[row], figures=(replace(rows[row].figures[0], value=value), *rows[row].figures[1:]))
    changed = replace(table, rows=tuple(rows))
    return replace(document, tables=tuple(changed if one is table else one for one in document.tables))


def publish_release_again(folder: Path, number: str, change: Callable[[ReleaseDocument], ReleaseDocument]) -> None:
    """Publishes another release under the number of one: its site, its leaf, the list; signed by every key."""
    old = release_of(folder, number)
    new = change(old)
    for name, data in site_files(new).items():
        (folder / "figures" / number / name).write_bytes(data)
    sign_again(folder, swap("release", old.as_bytes(), new.as_bytes()), new.as_bytes())

    def listed(index: dict[str, Any]) -> None:
        row = next(row for row in index["releases"] if row["release"] == number)
        row |= {"digest": new.digest, "day": new.day}

    change_list(folder, listed)


def change_list(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Writes another published.json."""
    path = folder / "published.json"
    index = json.loads(path.read_text())
    change(index)
    path.write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")


def replace_in(path: Path, old: str, new: str) -> None:
    """Changes one word of a file."""
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new, 1))


def flip(path: Path, at: int = 40) -> None:
    """Changes one bit of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))
