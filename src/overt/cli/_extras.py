"""The packages of Overt that are loaded when a command first needs them, and the extras that some of them need.

Some take a second to load, which help and completion should not wait for. Some need libraries that `pip install overt`
leaves out: where one is missing, the command is refused with the extra to install.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from overt.refusals import Refusal

__all__ = [
    "charter",
    "controls",
    "disparities",
    "doctor",
    "gate",
    "gate_api",
    "log_server",
    "pages",
    "publication",
    "reconcile",
    "records",
    "registers",
    "rights",
    "rights_without_calendar",
    "serving",
    "studio",
    "verification",
    "watchlists",
    "web",
    "witness_server",
]


class Extra(NamedTuple):
    """An extra, the code of the refusal without it, and what its package does not import at once."""

    name: str
    code: str
    where: str
    libraries: tuple[str, ...] = ()
    solver: str = ""


EXTRAS = {
    "rights": Extra("rights", "rights-not-installed", "overt rights", ("holidays",)),
    "publication": Extra("publication", "publication-needs-extra", "overt", solver="overt.disclosure._protect"),
    "records": Extra("publication", "publication-needs-extra", "overt", solver="overt.disclosure._protect"),
    "disparities": Extra("stats", "disparity-needs-extra", "overt disparity"),
    "watchlists": Extra("watchlist", "watchlist-not-installed", "overt watchlist"),
    "studio": Extra("studio", "server-not-installed", "overt studio"),
    "web": Extra("web", "server-not-installed", "HTTP"),
    **dict.fromkeys(
        ("gate_api", "log_server", "serving", "witness_server"), Extra("serve", "server-not-installed", "HTTP")
    ),
}


class _Late:
    """A package that is loaded when something of it is asked for."""

    def __init__(self, name: str, package: str) -> None:
        self._name, self._package = name, package

    def __getattr__(self, name: str) -> Any:
        return getattr(_load(self._package, EXTRAS.get(self._name)), name)


def _load(package: str, extra: Extra | None) -> ModuleType:
    try:
        missing = [library for library in (extra.libraries if extra else ()) if find_spec(library) is None]
        if missing:
            raise ModuleNotFoundError(name=missing[0])
        if extra and extra.solver:
            import_module(extra.solver)
        return import_module(package)
    except ModuleNotFoundError as error:
        if extra is None or (error.name or "").startswith("overt"):
            raise
        remedy = f"pip install 'overt[{extra.name}]'"
        raise Refusal(extra.code, extra.where, f"{error.name} is not installed", "", remedy) from None


if TYPE_CHECKING:
    from overt import (
        charter,
        controls,
        disparities,
        doctor,
        gate,
        pages,
        publication,
        reconcile,
        rights,
        verification,
        watchlists,
    )
    from overt import register as registers
    from overt import rights as rights_without_calendar
    from overt.publication import records
    from overt.web import gate_api, serving, studio
    from overt.web import log as log_server
    from overt.web import portal as web
    from overt.web import witness as witness_server
else:
    charter = _Late("charter", "overt.charter")
    controls = _Late("controls", "overt.controls")
    disparities = _Late("disparities", "overt.disparities")
    doctor = _Late("doctor", "overt.doctor")
    gate = _Late("gate", "overt.gate")
    gate_api = _Late("gate_api", "overt.web.gate_api")
    log_server = _Late("log_server", "overt.web.log")
    pages = _Late("pages", "overt.pages")
    publication = _Late("publication", "overt.publication")
    reconcile = _Late("reconcile", "overt.reconcile")
    records = _Late("records", "overt.publication.records")
    registers = _Late("registers", "overt.register")
    rights = _Late("rights", "overt.rights")
    # A certificate is verified, and a person read from a file, without counting working days.
    rights_without_calendar = _Late("rights_without_calendar", "overt.rights")
    serving = _Late("serving", "overt.web.serving")
    studio = _Late("studio", "overt.web.studio")
    verification = _Late("verification", "overt.verification")
    watchlists = _Late("watchlists", "overt.watchlists")
    web = _Late("web", "overt.web.portal")
    witness_server = _Late("witness_server", "overt.web.witness")
