"""What a unit gives its portal for the rights of people: the key of pseudonyms, the keys of its log, a folder.

`[rights]` in `portal.toml` names files; the passphrases are the first lines of files of their own. Without it the
portal keeps requests and their clocks, and finds nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from overt.files import given_bytes
from overt.ledger import Signer, read_key
from overt.pseudonym import PseudonymKey, read_pseudonym_key
from overt.refusals import Refusal, raise_all

SETTINGS = ("pseudonym_key", "pseudonym_passphrase", "ledger_keys", "ledger_passphrase", "notices")


@dataclass(frozen=True)
class Unit:
    """`pseudonym` finds the entries of a person who asks, `signers` sign notices and certificates.

    `notices` is the folder in which notices lie until they are confirmed. They name no person.
    """

    pseudonym: PseudonymKey | None = field(default=None, repr=False)
    signers: tuple[Signer, ...] = field(default=(), repr=False)
    notices: Path | None = None


def read_unit(where: str, folder: Path, settings: Any) -> Unit:
    """The table `[rights]`, its paths taken from the register's folder; refused with every fault."""
    if not isinstance(settings, dict) or not all(isinstance(value, str) for value in settings.values()):
        raise Refusal("portal-settings", f"{where}, rights", "not a table of paths", ", ".join(SETTINGS))
    unknown = [name for name in settings if name not in SETTINGS]
    missing = [name for name in SETTINGS if name not in settings]
    raise_all(
        [
            Refusal("portal-settings", f"{where}, rights.{name}", "not a setting", ", ".join(SETTINGS))
            for name in unknown
        ]
        + [Refusal("portal-settings", f"{where}, rights.{name}", "it is missing", _WANTED[name]) for name in missing]
    )
    paths = {name: folder / value for name, value in settings.items()}
    if paths["notices"].resolve().is_relative_to(folder.resolve()):
        wanted = "a folder outside the register's"
        raise Refusal("portal-settings", f"{where}, rights.notices", "it is inside the register's folder", wanted)
    signers = [read_key(path, _line(paths["ledger_passphrase"])) for path in _keys(where, paths["ledger_keys"])]
    key = read_pseudonym_key(paths["pseudonym_key"], _line(paths["pseudonym_passphrase"]))
    return Unit(key, tuple(signers), paths["notices"])


_WANTED: Mapping[str, str] = {
    "pseudonym_key": "the file of the pseudonym key, as overt pseudonym keygen writes it",
    "pseudonym_passphrase": "a file whose first line is its passphrase",
    "ledger_keys": "the folder with the keys of the log, which is keys/ in the register's",
    "ledger_passphrase": "a file whose first line is their passphrase",
    "notices": "a folder outside the register's, in which notices lie until they are confirmed",
}


def _keys(where: str, folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.key"))
    if not files:
        raise Refusal("portal-settings", f"{where}, rights.ledger_keys", "no key is there", _WANTED["ledger_keys"])
    return files


def _line(path: Path) -> str:
    return given_bytes(path).decode("utf-8", "replace").partition("\n")[0]
