"""Overt audits registers of people, and keeps them in the open.

The functions of the Python door and what they give; docs/python.md says what is promised. Each is loaded when it is
first asked for, so that importing takes a moment only and changes no setting of the process.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from overt.audits import FileReading, Reading, read_reading
    from overt.controls import Evidence, Severity, Verdict, shipped_packs
    from overt.disparities import MEASURES
    from overt.door import (
        Audit,
        MeasuredDisparity,
        OpenRegister,
        SyntheticRegister,
        TriedList,
        Verification,
        audit,
        disparity,
        open_register,
        synth,
        verify,
        watchlist,
    )
    from overt.refusals import Exit, Refusal, Refusals
    from overt.synthetic import KINDS
    from overt.watchlists import Case, Form, Matching, Patterns, Where

    __version__: str

__all__ = [
    "KINDS",
    "MEASURES",
    "Audit",
    "Case",
    "Evidence",
    "Exit",
    "FileReading",
    "Form",
    "Matching",
    "MeasuredDisparity",
    "OpenRegister",
    "Patterns",
    "Reading",
    "Refusal",
    "Refusals",
    "Severity",
    "SyntheticRegister",
    "TriedList",
    "Verdict",
    "Verification",
    "Where",
    "__version__",
    "audit",
    "disparity",
    "open_register",
    "read_reading",
    "shipped_packs",
    "synth",
    "verify",
    "watchlist",
]

_ROOMS = {
    "overt.audits": ("FileReading", "Reading", "read_reading"),
    "overt.controls": ("Evidence", "Severity", "Verdict", "shipped_packs"),
    "overt.disparities": ("MEASURES",),
    "overt.refusals": ("Exit", "Refusal", "Refusals"),
    "overt.synthetic": ("KINDS",),
    "overt.watchlists": ("Case", "Form", "Matching", "Patterns", "Where"),
}
_ROOM = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """What is loaded when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415  it takes longer than everything else here

        value: Any = version("overt")
    else:
        value = getattr(import_module(_ROOM.get(name, "overt.door")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
