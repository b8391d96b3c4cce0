"""A comparison in words: for a terminal, and as Markdown for a report or an issue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from overt.controls import Verdict
from overt.visible import visible

if TYPE_CHECKING:
    from overt.audits.compare._compare import Compared, Comparison, ResultChange
    from overt.audits.compare._result import ControlResult

_KEYS_SHOWN = 10
_NOT_RUN = "not run (error)"
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")


def text(comparison: Comparison) -> str:
    """Every change with its controls, the gravest first; what is as before is only counted."""
    lines = [_heading(comparison), *(f"Warning: {warning}" for warning in comparison.warnings)]
    for change, controls in comparison.by_change():
        lines += ["", f"{_word(change)} ({len(controls)}): {change.meaning}"]
        if change.value == "unchanged":
            lines += [f"  {_clean(', '.join(control.control for control in controls))}"]
            continue
        for control in controls:
            lines.append(f"  {_clean(control.control)} {control.severity.value}  {_clean(control.title)}")
            lines.append(f"      {_side(control.old)} → {_side(control.new)}")
            lines += [f"      {_clean(note)}" for note in _notes(control)]
    return "\n".join([*lines, "", _verdict(comparison)])


def markdown(comparison: Comparison) -> str:
    """The same as a table, one row for each control that is not as before."""
    lines = ["# Comparison of two audits", "", _escape(_heading(comparison)), ""]
    if comparison.warnings:
        lines += ["Warnings:", "", *(f"- {_escape(warning)}" for warning in comparison.warnings), ""]
    lines += ["| change | control | severity | before | now | rows |", "| --- | --- | --- | --- | --- | --- |"]
    unchanged = []
    for change, controls in comparison.by_change():
        if change.value == "unchanged":
            unchanged = controls
            continue
        for control in controls:
            cells = (
                _word(change),
                f"{control.control} {control.title}",
                control.severity.value,
                _side(control.old),
                _side(control.new),
                "; ".join(_notes(control)),
            )
            lines.append(f"| {' | '.join(map(_escape, cells))} |")
    if unchanged:
        lines += ["", f"Unchanged: {_escape(', '.join(control.control for control in unchanged))}."]
    lines += ["", _escape(_verdict(comparison)), "", "Meaning of the changes:", ""]
    lines += [f"- {_word(change)}: {change.meaning}." for change, _ in comparison.by_change()]
    return "\n".join(lines) + "\n"


def _heading(comparison: Comparison) -> str:
    old, new = comparison.old, comparison.new
    return _clean(f"{old.register} as of {old.as_of}, compared with {new.register} as of {new.as_of}.")


def _verdict(comparison: Comparison) -> str:
    if comparison.got_worse:
        return "There are breaches that are new or worse than before."
    if comparison.failed:
        return "No breach is new or worse, but at least one control could not be run, so the result is incomplete."
    return "No breach is new or worse than before."


def _word(of: ResultChange | Verdict) -> str:
    """A change or a verdict for a person: to an auditor a failed control would be a breached one."""
    return _NOT_RUN if of.value == Verdict.FAILED.value else of.value


def _side(answer: ControlResult | None) -> str:
    if answer is None:
        return "not asked"
    if answer.verdict is Verdict.BREACHED:
        if answer.breached is None:
            return "breached (number withheld)"
        of = f" of {answer.examined:,}" if answer.examined is not None else ""
        accepted = f" ({answer.accepted:,} accepted)" if answer.accepted else ""
        least = "at least " if answer.without and answer.unknown else ""
        return f"{least}{answer.breached:,}{of} breached{accepted}{_untold(answer)}"
    if answer.verdict is Verdict.MET and answer.examined is not None:
        return f"met ({answer.examined:,} examined)"
    return f"{_word(answer.verdict)}{_untold(answer)}"


def _untold(answer: ControlResult) -> str:
    """What is added where a control was answered without a column that it can do without."""
    if not answer.without or not answer.unknown:
        return ""
    return f"; {answer.unknown:,} unknown without {', '.join(answer.without)}"


def _notes(control: Compared) -> list[str]:
    """Which rows went and came, and what differs in the rule."""
    notes = []
    for name, keys in (("gone", control.rows.gone), ("new", control.rows.new)):
        if keys:
            least = "" if control.rows.exact else "at least "
            notes.append(f"rows {name}: {least}{len(keys):,}: {_listed(keys)}")
    if control.rule:
        notes.append(f"the rule differs: {', '.join(control.rule)}")
    return [*notes, *control.columns]


def _listed(keys: Sequence[str]) -> str:
    shown = ", ".join(key or "(no key)" for key in keys[:_KEYS_SHOWN])
    return shown if len(keys) <= _KEYS_SHOWN else f"{shown} …"


def _clean(text: str) -> str:
    """Without what would move a terminal's cursor: a key is the register's own text."""
    return visible(text, lines=False)


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _clean(text))
