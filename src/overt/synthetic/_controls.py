"""Which controls a pack has, by their ids: what the answer key of a register answers.

Only names are read here. What breaches a control is never asked of its query.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

_ID = re.compile(r"^-- id: *(\S+)", re.MULTILINE)


def controls_of(pack: str) -> tuple[str, ...]:
    """The ids of the controls of a shipped pack, in order; of a variant, those that it takes over too."""
    folder = files("overt") / "packs" / pack
    described = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
    base = controls_of(described["variant_of"]) if "variant_of" in described else ()
    own = (
        match[1]
        for file in folder.iterdir()
        if file.name.endswith(".sql") and (match := _ID.search(file.read_text(encoding="utf-8")))
    )
    return tuple(sorted({*base, *own} - {*described.get("left_out", ())}))
