"""`register.toml`: what a register is called, where its rows are, and who may decide on what the gate holds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from overt.encoding import read_toml
from overt.refusals import Refusal, raise_all
from overt.storage import storage_refused

SETTINGS_FILE = "register.toml"
DEFAULT_DATABASE = "sqlite:///register.sqlite"
# How far a record may be ahead of the one before it. A clock that is a year ahead would else close the register for a
# year, since moments never go back.
DEFAULT_CLOCK_DAYS = 31
_FIELDS = {"name": str, "origin": str, "database": str, "deciders": list, "clock_ahead_days": int}
_MOST_CLOCK_DAYS = 36_525
_ORIGIN = re.compile(r"[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*")


@dataclass(frozen=True)
class RegisterSettings:
    """The settings of one register. `deciders` are the staff references of those who may decide on holds.

    A record more than `clock_ahead_days` days after the one before it is refused until somebody confirms the clock.
    """

    name: str
    origin: str
    database: str = DEFAULT_DATABASE
    deciders: tuple[str, ...] = ()
    clock_ahead_days: int = DEFAULT_CLOCK_DAYS

    def as_toml(self) -> str:
        """The file that says so."""
        texts = [f"{name} = {json.dumps(getattr(self, name), ensure_ascii=False)}" for name in ("name", "origin")]
        deciders = json.dumps(list(self.deciders), ensure_ascii=False)
        database = f"database = {json.dumps(self.database)}"
        ahead = f"clock_ahead_days = {self.clock_ahead_days}"
        return "\n".join([*texts, database, f"deciders = {deciders}", ahead, ""])


def register_absent(folder: Path) -> Refusal:
    """The refusal of a folder that is not a register."""
    problem = f"this folder has no {SETTINGS_FILE}, so it is not a register"
    remedy = "give the register's folder, or create one with `overt register init`"
    return Refusal("register-absent", str(folder), problem, "", remedy)


def read_settings(folder: Path) -> RegisterSettings:
    """The settings in a register's folder; refused with every fault."""
    path = folder / SETTINGS_FILE
    with storage_refused(path):
        is_there = path.is_file()
    if not is_there:
        raise register_absent(folder)
    try:
        with storage_refused(path):
            settings = read_toml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Refusal("register-settings", str(path), "the file is not UTF-8", "TOML in UTF-8") from error
    except ValueError as error:
        raise Refusal("register-settings", str(path), str(error), "TOML") from error
    refusals = [
        Refusal("register-settings", f"{path}, {name}", "this is not a field of a register", ", ".join(_FIELDS))
        for name in settings
        if name not in _FIELDS
    ]
    defaults = {"database": DEFAULT_DATABASE, "deciders": [], "clock_ahead_days": DEFAULT_CLOCK_DAYS}
    whole = {**defaults, **settings}
    refusals += [
        Refusal("register-settings", f"{path}, {name}", "the field is missing or has the wrong type", kind.__name__)
        for name, kind in _FIELDS.items()
        if not isinstance(whole.get(name), kind) or isinstance(whole.get(name), bool)
    ]
    ahead = whole["clock_ahead_days"]
    if isinstance(ahead, int) and not 0 < ahead <= _MOST_CLOCK_DAYS:
        wanted = f"a number of days from 1 to {_MOST_CLOCK_DAYS:,}"
        refusals.append(Refusal("register-settings", f"{path}, clock_ahead_days", str(ahead), wanted))
    raise_all(refusals)
    if not _ORIGIN.fullmatch(whole["origin"]):
        raise Refusal(
            "register-settings", f"{path}, origin", "this is not a name like police.example/alpha", "host/name"
        )
    deciders = tuple(map(str, whole["deciders"]))
    return RegisterSettings(whole["name"], whole["origin"], whole["database"], deciders, whole["clock_ahead_days"])
