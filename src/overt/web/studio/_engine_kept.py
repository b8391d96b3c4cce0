"""What was counted of a loaded source: kept in the project's folder for work, so that nothing is counted twice.

No value that may not be shown is in it. A source that is loaded again is counted again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from overt import __version__
from overt.private import write_private

if TYPE_CHECKING:
    from overt.web.studio._engine_asks import EngineState

PROFILE, PROPOSAL, CARDS = "profile", "proposal", "cards"


def counted(state: EngineState, name: str, count: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What was counted under a name of the source as it is loaded, or what `count` gives, which is then kept."""
    if name not in state.kept:
        of = {"overt": __version__, "digest": state.account.digest}
        found = _read(state, name, of)
        if found is None:
            found = count()
            # On a full disk it is counted again by the next process.
            with suppress(OSError):
                write_private(state.folder / f"{name}.json", json.dumps({**of, "counted": found}).encode())
        state.kept[name] = found
    kept: dict[str, Any] = state.kept[name]
    return kept


def forget(state: EngineState) -> None:
    """Drops everything that was counted, before another source is loaded."""
    for name in (PROFILE, PROPOSAL, f"{CARDS}-*"):
        for path in state.folder.glob(f"{name}.json"):
            path.unlink()


def _read(state: EngineState, name: str, of: dict[str, str]) -> dict[str, Any] | None:
    """What the file of a name holds, if it is of this source and was written by this version of Overt."""
    try:
        body = json.loads((state.folder / f"{name}.json").read_bytes())
        found: dict[str, Any] = body["counted"]
        return found if all(body[key] == value for key, value in of.items()) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
