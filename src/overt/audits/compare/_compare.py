"""Two audits of a register side by side: fixed, new and unchanged breaches.

Two breaches are the same when the count and the digest of their keys are the same. The keys in the results show which
rows are gone and which are new. Results list the lowest keys, so a row can be missed only beyond the last key listed;
the number is then given as "at least".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from overt.audits.compare._result import ComparedResult, ControlResult, read_result
from overt.audits.compare._text import markdown, text
from overt.controls import Severity, Verdict


class ResultChange(StrEnum):
    """The change in one control's result, in the order in which a reader wants to know."""

    NEW = "new"
    WORSE = "worse"
    CHANGED = "changed"
    FAILED = "failed"
    CANNOT_BE_SHOWN = "now cannot be shown"
    CONTROL_CHANGED = "the control changed"
    NOT_ASKED = "no longer asked"
    NEWLY_ASKED = "newly asked"
    NOT_COMPARABLE = "cannot be compared"
    BETTER = "better"
    FIXED = "fixed"
    NOW_MET = "now met"
    NOTHING_IN_SCOPE = "nothing in scope any more"
    SAME_COUNT = "same count"
    UNCHANGED = "unchanged"

    @property
    def meaning(self) -> str:
        """Return the explanation of this change as a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    ResultChange.NEW: "breached now and not before",
    ResultChange.WORSE: "breached by more rows than before",
    ResultChange.CHANGED: "breached by the same number of rows, but different ones",
    ResultChange.FAILED: "the control could not be run",
    ResultChange.CANNOT_BE_SHOWN: "the new source does not have the data to answer",
    ResultChange.CONTROL_CHANGED: "the question has changed, so the register may be unchanged",
    ResultChange.NOT_ASKED: "asked before and not now",
    ResultChange.NEWLY_ASKED: "asked now and not before",
    ResultChange.NOT_COMPARABLE: "breached both times, but figures are withheld or rounded, or a column is now missing",
    ResultChange.BETTER: "breached by fewer rows than before",
    ResultChange.FIXED: "breached before and met now",
    ResultChange.NOW_MET: "met now; not breached before, but not shown to be met",
    ResultChange.NOTHING_IN_SCOPE: "no rows in scope: it may have been fixed, or left out",
    ResultChange.SAME_COUNT: (
        "breached by the same number of rows; without keys it is not known whether they are the same rows"
    ),
    ResultChange.UNCHANGED: "as before",
}

_OTHERWISE = {
    Verdict.FAILED: ResultChange.FAILED,
    Verdict.CANNOT_BE_SHOWN: ResultChange.CANNOT_BE_SHOWN,
    Verdict.NOT_APPLICABLE: ResultChange.NOTHING_IN_SCOPE,
    Verdict.MET: ResultChange.NOW_MET,
}


@dataclass(frozen=True)
class ChangedRows:
    """Rows that breached before and no longer do, and rows that breach now and did not.

    `exact` says that there are no others; otherwise there are at least these.
    """

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    exact: bool = False


@dataclass(frozen=True)
class Compared:
    """One control in both audits; a side is `None` where it was not asked.

    `rule` says what differs in the rule itself, and `columns` what one of the two was answered without, so that the
    change may come from there.
    """

    control: str
    title: str
    severity: Severity
    change: ResultChange
    old: ControlResult | None
    new: ControlResult | None
    rows: ChangedRows
    rule: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Both answers and what became of them."""
        return {
            "control": self.control,
            "title": self.title,
            "severity": self.severity.value,
            "change": self.change.value,
            "old": _answer_json(self.old),
            "new": _answer_json(self.new),
            "rows_gone": list(self.rows.gone),
            "rows_new": list(self.rows.new),
            "rows_exact": self.rows.exact,
            "rule": list(self.rule),
            "columns": list(self.columns),
        }


@dataclass(frozen=True)
class Comparison:
    """What became of every control from one audit to the next; the gravest first within each change.

    `warnings` are reasons why a change may come from the rules or the source and not from the register.
    """

    old: ComparedResult
    new: ComparedResult
    controls: tuple[Compared, ...]
    warnings: tuple[str, ...]

    @property
    def got_worse(self) -> bool:
        """Whether a control is breached that was not, or by more rows: exit code 1."""
        return any(control.change in (ResultChange.NEW, ResultChange.WORSE) for control in self.controls)

    @property
    def failed(self) -> bool:
        """Whether a control could not be run in the new audit: exit code 2."""
        return any(control.change is ResultChange.FAILED for control in self.controls)

    def by_change(self) -> Iterator[tuple[ResultChange, list[Compared]]]:
        """Each change that occurs, with its controls."""
        for change in ResultChange:
            controls = [control for control in self.controls if control.change is change]
            if controls:
                yield change, controls

    def as_text(self) -> str:
        """The comparison for a terminal."""
        return text(self)

    def as_markdown(self) -> str:
        """The comparison as a Markdown table."""
        return markdown(self)

    def as_json(self) -> dict[str, Any]:
        """The comparison as plain values."""
        return {
            "schema_version": "1.0",
            "old": _result_json(self.old),
            "new": _result_json(self.new),
            "warnings": list(self.warnings),
            "changes": {change.value: len(controls) for change, controls in self.by_change()},
            "controls": [control.as_json() for control in self.controls],
        }


def compare(old: Path, new: Path) -> Comparison:
    """What changed between two result folders of `overt audit`, control by control.

    Refuses a folder that is not a whole result folder, or whose format this version does not know.
    """
    before, after = read_result(old), read_result(new)
    names = sorted(before.answers.keys() | after.answers.keys())
    thresholds = _moved_thresholds(before.thresholds, after.thresholds)
    exact = not (before.publishable or after.publishable)
    same_packs = {name for name, pack in before.packs.items() if after.packs.get(name) == pack}
    controls = [
        _compared(before.answers.get(name), after.answers.get(name), thresholds, exact, same_packs) for name in names
    ]
    order = {change: number for number, change in enumerate(ResultChange)}
    controls.sort(key=lambda control: (order[control.change], -control.severity.rank, control.control))
    return Comparison(before, after, tuple(controls), tuple(_warnings(before, after, thresholds)))


def _compared(
    old: ControlResult | None,
    new: ControlResult | None,
    thresholds: Mapping[str, str],
    exact: bool,
    same_packs: Set[str],
) -> Compared:
    latest = new or old
    assert latest is not None  # noqa: S101 - the control was found in one of the two
    used = dict.fromkeys(name for result in (old, new) if result for name in result.thresholds)
    change = _change(old, new, exact)
    if old and new and _asks_otherwise(old, new, change, same_packs):
        change = ResultChange.CONTROL_CHANGED
    return Compared(
        control=latest.control,
        title=latest.title,
        severity=latest.severity,
        change=change,
        old=old,
        new=new,
        rows=_rows(old, new) if old and new and change is not ResultChange.CONTROL_CHANGED else ChangedRows(),
        rule=tuple(thresholds[name] for name in used if name in thresholds),
        columns=tuple(_columns(old, new)),
    )


def _asks_otherwise(old: ControlResult, new: ControlResult, change: ResultChange, same_packs: Set[str]) -> bool:
    """Whether the two were not asked the same; where a result does not say what it asked, by its pack."""
    if change is ResultChange.FAILED:
        return False
    if old.control_digest and new.control_digest:
        return old.control_digest != new.control_digest
    return change is not ResultChange.UNCHANGED and not {old.pack, new.pack} <= same_packs


def _columns(old: ControlResult | None, new: ControlResult | None) -> Iterator[str]:
    """What one of two answers was given without, and the other was not."""
    if old is None or new is None or Verdict.CANNOT_BE_SHOWN in (old.verdict, new.verdict):
        return
    for when, one, other in (("before", old, new), ("now", new, old)):
        names = [name for name in one.without if name not in other.without]
        if names:
            yield f"{when} answered without {', '.join(names)}"


def _change(old: ControlResult | None, new: ControlResult | None, exact: bool) -> ResultChange:
    """What became of an answer. A failed control is never a pass, and no answer never means that the duty is met."""
    if old is None or new is None:
        return ResultChange.NEWLY_ASKED if old is None else ResultChange.NOT_ASKED
    was_breached = old.verdict is Verdict.BREACHED
    if new.verdict is Verdict.BREACHED:
        return _more_or_less(old, new, exact) if was_breached else ResultChange.NEW
    if new.verdict is Verdict.MET and was_breached:
        return ResultChange.FIXED
    if new.verdict is old.verdict and new.verdict is not Verdict.FAILED:
        return ResultChange.UNCHANGED
    return _OTHERWISE[new.verdict]


def _more_or_less(old: ControlResult, new: ControlResult, exact: bool) -> ResultChange:
    if not exact or old.breached is None or new.breached is None:
        return ResultChange.NOT_COMPARABLE
    if new.breached <= old.breached and set(new.without) - set(old.without):
        # What went may be what can no longer be seen.
        return ResultChange.NOT_COMPARABLE
    if new.breached != old.breached:
        return ResultChange.WORSE if new.breached > old.breached else ResultChange.BETTER
    if old.digest is None or new.digest is None:
        return ResultChange.SAME_COUNT
    return ResultChange.UNCHANGED if new.digest == old.digest else ResultChange.CHANGED


def _rows(old: ControlResult, new: ControlResult) -> ChangedRows:
    """Which rows went and came, as far as the lowest keys of both tell.

    A key is known not to breach when it is absent from a complete list, or stands before the last
    key of an incomplete one: had it breached, it would be among the lowest.
    """
    before, after = dict.fromkeys(old.keys), dict.fromkeys(new.keys)
    gone = tuple(key for key in before if key not in after and _would_list(new, key))
    came = tuple(key for key in after if key not in before and _would_list(old, key))
    return ChangedRows(gone, came, old.complete and new.complete)


def _would_list(answer: ControlResult, key: str) -> bool:
    # The keys come in the order of their code points, the lowest first.
    return answer.complete or (bool(answer.keys) and key <= answer.keys[-1])


def _moved_thresholds(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """For each threshold with two values, a phrase that gives both."""
    return {
        name: f"{name} {old[name]} → {new[name]}" for name in sorted(old.keys() & new.keys()) if old[name] != new[name]
    }


def _warnings(old: ComparedResult, new: ComparedResult, thresholds: Mapping[str, str]) -> Iterator[str]:
    """Every reason why a difference may not be the register's doing."""
    if old.register != new.register:
        yield f"The registers have different names: {old.register} and {new.register}."
    if old.as_of != new.as_of:
        yield (
            f"The first is as of {old.as_of}, the second as of {new.as_of}: a duty that fell due between the two dates "
            "counts as a new breach even if nothing else changed."
        )
    if old.as_of > new.as_of:
        yield "The second audit has an earlier date than the first: old and new may be the wrong way round."
    for name in sorted(old.packs.keys() | new.packs.keys()):
        before, after = old.packs.get(name), new.packs.get(name)
        if before is None or after is None:
            yield f"Pack {name} was used only in the {'second' if before is None else 'first'}."
        elif before != after:
            yield f"Pack {name} has changed: version {before[0]} before, {after[0]} now."
    if thresholds:
        yield f"Thresholds differ: {', '.join(thresholds.values())}."
    if old.mapping_digest != new.mapping_digest and not (old.publishable or new.publishable):
        yield "The mapping from the source to the model has changed."
    if old.version != new.version:
        yield f"The audits used different versions of Overt: {old.version} and {new.version}."
    if old.publishable or new.publishable:
        yield "At least one result is publishable: its figures are rounded or withheld, and it names no rows."
    if old.source_digest and old.source_digest == new.source_digest:
        yield "Both audits read the same source, byte for byte, so no change comes from the register."


def _answer_json(answer: ControlResult | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "verdict": answer.verdict.value,
        "examined": answer.examined,
        "breached": answer.breached,
        "unknown": answer.unknown,
        "without": list(answer.without),
        "accepted": answer.accepted,
        "digest": answer.digest,
    }


def _result_json(result: ComparedResult) -> dict[str, Any]:
    return {
        "register": result.register,
        "source_digest": result.source_digest,
        "as_of": result.as_of.isoformat(),
        "packs": {name: {"version": version, "digest": digest} for name, (version, digest) in result.packs.items()},
        "version": result.version,
    }
