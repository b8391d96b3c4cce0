"""The thresholds of an audit: one field for each that a shipped pack has, blank where the pack's own is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cache

from overt.audits import read_threshold
from overt.controls import Threshold, Value, find_pack, read_pack, shipped_packs
from overt.refusals import Refusal
from overt.web._forms import FormFault, FormField
from overt.web.studio._action import NotTaken

THRESHOLD = "threshold-"


@cache
def _by_name() -> dict[str, dict[str, Threshold]]:
    """By threshold and pack, what the pack says of it."""
    found: dict[str, dict[str, Threshold]] = {}
    for pack in shipped_packs():
        for name, threshold in read_pack(find_pack(pack)).thresholds.items():
            found.setdefault(name, {})[pack] = threshold
    return found


@cache
def threshold_fields() -> tuple[FormField, ...]:
    """A field for each threshold, with what each pack takes and why."""
    fields = []
    for name, by_pack in _by_name().items():
        packs: dict[str, list[str]] = {}
        for pack, threshold in by_pack.items():
            packs.setdefault(str(threshold.value), []).append(pack)
        values = "; ".join(f"{value} in {', '.join(names)}" for value, names in packs.items())
        reason = next(iter(by_pack.values())).reason
        fields.append(FormField(f"{THRESHOLD}{name}", _words(name), hint=f"{values}. {reason}", optional=True))
    return tuple(fields)


def thresholds_in(form: Mapping[str, str], packs: Collection[str]) -> dict[str, Value]:
    """The thresholds that a form gives. Refuses what is not of its kind, and what no chosen pack uses."""
    given: dict[str, Value] = {}
    faults = []
    for name, by_pack in _by_name().items():
        text = form.get(f"{THRESHOLD}{name}", "")
        if not text:
            continue
        default = next(iter(by_pack.values())).value
        fault = _fault(name, text, default)
        if not fault and by_pack.keys().isdisjoint(packs):
            fault = f"{_words(name)} is used by {', '.join(by_pack)}, which is not chosen"
        if fault:
            faults.append(FormFault(f"{THRESHOLD}{name}", fault))
        else:
            given[name] = read_threshold(f"{name}={text}")[1]
    if faults:
        raise NotTaken(*faults)
    return given


def _fault(name: str, text: str, default: Value) -> str:
    """What is wrong with the text of a threshold; nothing if it is of the same kind as the pack's."""
    try:
        value = read_threshold(f"{name}={text}")[1]
    except Refusal:
        return f"{_words(name)} must be a value"
    if isinstance(default, dt.date):
        return "" if isinstance(value, dt.date) else f"{_words(name)} must be a date, such as 2026-06-30"
    if isinstance(default, int):
        return "" if isinstance(value, int) else f"{_words(name)} must be a whole number"
    if isinstance(default, float):
        return "" if isinstance(value, int | float) else f"{_words(name)} must be a number"
    return "" if isinstance(value, str) else f"{_words(name)} must be a word"


def _words(name: str) -> str:
    words = name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"
