"""A finished run in a file of its own, from which its results can be written again without a second audit.

The file is plain JSON. It has exact counts and what the findings hold, so it is its owner's alone (mode 0600), lies
outside the result folder, and must not be published.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from overt import __version__
from overt.audits._run import Run
from overt.controls import Together
from overt.encoding import read_json
from overt.private import write_private
from overt.refusals import Refusal

FORMAT = 1
_AGAIN = "run the audit again with --keep"


def keep_run(run: Run, path: Path) -> None:
    """Writes the run to a private file, which appears whole. `read_run` gives the same run again.

    Refuses a place that cannot be written to.
    """
    # A finding's control is asked no more: what was prepared of its SQL is left out.
    findings = tuple(replace(finding, control=replace(finding.control, prepared=None)) for finding in run.findings)
    body = {
        "format": FORMAT,
        "overt": __version__,
        "run": _runs().dump_python(replace(run, findings=findings, together=None)),
        "together": None if run.together is None else [part.as_json() for part in run.together],
    }
    half = path.with_name(f".{path.name}.half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(half, json.dumps(_tagged(body), ensure_ascii=False, allow_nan=False).encode() + b"\n")
        half.replace(path)
    except OSError as error:
        fault = error.strerror or type(error).__name__
        raise Refusal("run-not-kept", str(path), fault, "a file that can be written") from error


def read_run(path: Path) -> Run:
    """The run that `keep_run` wrote. Refuses what it did not write, and a run of another version of Overt."""
    try:
        body = _untagged(read_json(path.read_bytes()))
        version = body["overt"]
    except FileNotFoundError as error:
        raise Refusal("run-unreadable", str(path), "there is no such file", "a run that was kept", _AGAIN) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(path) from error
    if version != __version__:
        found, wanted = f"it was kept by Overt {version}", f"a run that Overt {__version__} kept"
        raise Refusal("run-of-another-version", str(path), found, wanted, _AGAIN)
    try:
        together = body["together"]
        run = _runs().validate_python(body["run"])
        return replace(run, together=None if together is None else tuple(map(Together.of, together)))
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> Refusal:
    return Refusal("run-unreadable", str(path), "this is not a run that Overt kept", "a run that was kept", _AGAIN)


@lru_cache(maxsize=1)
def _runs() -> TypeAdapter[Run]:
    return TypeAdapter(Run)


# Days and moments are the only values of a run that JSON has no kind for and a text would be taken for: each is an
# object with one member, whose name says what it is.
_DAY, _MOMENT = "@day", "@moment"


def _tagged(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, dt.date):
        return {_DAY: value.isoformat()}
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, dict):
        return {name: _tagged(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_tagged(part) for part in value]
    return value


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_DAY}:
        return dt.date.fromisoformat(value[_DAY])
    if value.keys() == {_MOMENT}:
        return dt.datetime.fromisoformat(value[_MOMENT])
    return {name: _untagged(part) for name, part in value.items()}
