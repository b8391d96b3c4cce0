"""`register.toml`: what a register is called, where its rows are, and who may decide on what the gate holds."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from overt.refusals import Refusal, raise_all

SETTINGS_FILE = "register.toml"
DEFAULT_DATABASE = "sqlite:///register.sqlite"
_FIELDS = {"name": str, "origin": str, "database": str, "deciders": list}
_ORIGIN = re.compile(r"[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*")


@dataclass(frozen=True)
class RegisterSettings:
    """The settings of one register. `deciders` are the staff references of those who may decide on holds."""

    name: str
    origin: str
    database: str = DEFAULT_DATABASE
    deciders: tuple[str, ...] = ()

    def as_toml(self) -> str:
        """The file that says so."""
        texts = [f"{name} = {json.dumps(getattr(self, name), ensure_ascii=False)}" for name in ("name", "origin")]
        deciders = json.dumps(list(self.deciders), ensure_ascii=False)
        return "\n".join([*texts, f"database = {json.dumps(self.database)}", f"deciders = {deciders}", ""])


def read_settings(folder: Path) -> RegisterSettings:
    """The settings in a register's folder; refused with every fault."""
    path = folder / SETTINGS_FILE
    if not path.is_file():
        raise Refusal("register-absent", str(folder), f"no {SETTINGS_FILE}", "a register: `overt register init`")
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal("register-settings", str(path), str(error), "TOML") from error
    refusals = [
        Refusal("register-settings", f"{path}, {name}", "a field that registers do not have", ", ".join(_FIELDS))
        for name in found
        if name not in _FIELDS
    ]
    defaults = {"database": DEFAULT_DATABASE, "deciders": []}
    whole = {**defaults, **found}
    refusals += [
        Refusal("register-settings", f"{path}, {name}", "missing or of another kind", kind.__name__)
        for name, kind in _FIELDS.items()
        if not isinstance(whole.get(name), kind)
    ]
    raise_all(refusals)
    if not _ORIGIN.fullmatch(whole["origin"]):
        raise Refusal("register-settings", f"{path}, origin", "not a name like police.example/alpha", "host/name")
    return RegisterSettings(whole["name"], whole["origin"], whole["database"], tuple(map(str, whole["deciders"])))
