"""Files that no leaf names: settings, policy and sealed keys, held against the digests that the database keeps.

Overt vouches for what it writes itself. What somebody changes by hand is a fault of `register check` until they vouch
for it: `overt register confirm`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from overt.private import write_private
from overt.refusals import Refusal
from overt.register._settings import SETTINGS_FILE

if TYPE_CHECKING:
    from overt.register._register import Register

POLICY_FILE = "policy"
KEYS_FOLDER = "keys"
PORTAL_FILE = "portal.toml"


def settings_files(folder: Path) -> list[Path]:
    """The files of a register that are vouched for, as far as they are there."""
    named = [folder / SETTINGS_FILE, folder / POLICY_FILE, folder / PORTAL_FILE]
    return [path for path in (*named, *sorted((folder / KEYS_FOLDER).glob("*.key"))) if path.is_file()]


def vouch(register: Register, paths: Iterable[Path]) -> None:
    """Keeps the digests of these files of the register's folder as they are now."""
    with register.store.transaction():
        for path in paths:
            name = path.relative_to(register.folder).as_posix()
            register.store.run("delete from vouched where path = ?", (name,))
            digest = sha256(path.read_bytes()).hexdigest()
            register.store.run("insert into vouched (path, digest) values (?, ?)", (name, digest))


def vouch_for_settings(register: Register) -> list[str]:
    """Vouches for every settings file as it is now, and for none that is gone; those that are new or were changed."""
    before = vouched(register)
    paths = settings_files(register.folder)
    with register.store.transaction():
        register.store.run("delete from vouched")
    vouch(register, paths)
    after = vouched(register)
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def set_deciders(register: Register, deciders: Iterable[str]) -> None:
    """Writes register.toml with other deciders, and vouches for it; refuses one that somebody changed by hand."""
    path = register.folder / SETTINGS_FILE
    if any(name == SETTINGS_FILE for name, _ in differing(register)):
        remedy = "look at it, then overt register confirm"
        raise Refusal(
            "register-settings", str(path), "the file has been edited by hand", "the file as Overt wrote it", remedy
        )
    settings = replace(register.settings, deciders=tuple(dict.fromkeys(deciders)))
    part = path.with_name(f".{path.name}.part")
    write_private(part, settings.as_toml().encode())
    part.replace(path)
    vouch(register, [path])


def vouched(register: Register) -> dict[str, str]:
    """The digests that are kept, by path."""
    return {str(path): str(digest) for path, digest in register.store.rows("select path, digest from vouched")}


def differing(register: Register) -> Iterator[tuple[str, str]]:
    """Each settings file that is not as it was vouched for, and in which way. Of `portal.toml` only a change counts."""
    vouched_for = vouched(register)
    there = {path.relative_to(register.folder).as_posix(): path for path in settings_files(register.folder)}
    for name in sorted(vouched_for.keys() | there.keys()):
        if name not in there:
            yield name, "it is gone; put it back from a copy, or confirm that it shall be gone: overt register confirm"
        elif name not in vouched_for:
            if name != PORTAL_FILE:
                yield name, "nobody vouched for it; if it is yours: overt register confirm"
        elif sha256(there[name].read_bytes()).hexdigest() != vouched_for[name]:
            yield name, "it was changed; if you changed it: overt register confirm. If not, put it back from a copy"
