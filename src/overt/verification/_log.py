"""The ledger itself: every byte of it, whether it has only grown since it was last seen, and who has witnessed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from overt.charter import charter_news
from overt.ledger import (
    Checked,
    Cosignature,
    Policy,
    PublicLeaf,
    Reader,
    Survey,
    check,
    tell_plainly,
    trust,
    watch,
)
from overt.pages import day, listed
from overt.publication import ReleaseDocument
from overt.refusals import Refusal
from overt.register import PSEUDONYMS_KIND, pseudonym_news
from overt.verification._result import CheckedPart

Progress = Callable[[int, int], None]
# Codes of refusals that say nothing against a log: it could not be had, or is no log at all.
_NOT_THERE = {"log-unreachable", "no-checkpoint", "checkpoint-malformed", "note-malformed", "resource-too-large"}


def check_ledger(reader: Reader, policy: Policy, now: int, progress: Progress) -> tuple[CheckedPart, Checked]:
    """Every entry, tile, document, root and signature of the log."""
    part, checked = CheckedPart("ledger", "The ledger"), Checked()
    try:
        checked = check(reader, policy, now=now, progress=progress)
    except Refusal as refusal:
        if refusal.code in _NOT_THERE:
            part.unreadable(refusal)
        else:
            part.refused(refusal)
        return part, checked
    for fault in checked.faults:
        # Files that are too long are named with the whole path that was read.
        place = fault.where.rpartition("ledger/")[2]
        part.contradicts(f"ledger/{place}", fault.found)
    if checked.fault_count > len(checked.faults):
        part.contradicts("ledger", f"{checked.fault_count - len(checked.faults)} more faults are not listed")
    if checked.is_whole and checked.checkpoint:
        part.holds.append(
            f"The {checked.entries:,} entries of {checked.checkpoint.origin}, {checked.public} of them public, "
            f"lead to the signed root. {checked.tiles} tiles were computed again."
        )
    return part, checked


def check_growth(reader: Reader, policy: Policy, state: Path | None, progress: Progress) -> CheckedPart:
    """Whether the log begins with the one that was seen last time; remembers the one seen now."""
    part = CheckedPart("growth", "Only grown since last time")
    if state is None:
        part.unchecked.append(
            "Whether the ledger has only grown since an earlier visit: give --state FOLDER, the same each time."
        )
        return part
    # A fork is named whichever witnesses cosigned it, so that no quorum is asked for here: `check_witnesses` does.
    logs = trust(*(party.key for party in policy.logs))
    try:
        seen = watch(reader, state, logs, tell=_news, progress=progress)
    except Refusal as refusal:
        if refusal.code in _NOT_THERE:
            part.unreadable(refusal)
        else:
            part.refused(refusal)
        return part
    if seen.contradiction:
        part.contradicts("ledger/checkpoint", f"{seen.contradiction}. Evidence: {seen.evidence}")
        return part
    part.news += seen.news
    if seen.old is None:
        part.unchecked.append(f"Growth since an earlier visit: this is the first with {state}, which remembers it now.")
    else:
        part.holds.append(
            f"The ledger grew from {seen.old.size:,} to {seen.new.size:,} entries. It has only been added to."
        )
    return part


def _news(leaf: PublicLeaf, old: bytes | None, new: bytes) -> list[str]:
    news = charter_news(old, new, leaf.name) if leaf.kind == "charter" else []
    if leaf.kind == PSEUDONYMS_KIND:
        news = pseudonym_news(new, leaf.name)
    return news or tell_plainly(leaf, old, new)


def check_witnesses(
    policy: Policy, cosignatures: Sequence[Cosignature], documents: Sequence[ReleaseDocument], log: Survey | None
) -> CheckedPart:
    """Who cosigned the checkpoint and when, and that no one did so before the day of what is in it."""
    part = CheckedPart("witnesses", "Witnesses and their times")
    if not policy.witnesses:
        part.unchecked.append("Whether others are shown the same ledger: its trust policy names no witness.")
        return part
    newest = max((document.made_from.as_of[:10] for document in documents), default="")
    counted = [one for one in cosignatures if one.counts]
    for one in counted:
        moment = dt.datetime.fromtimestamp(one.time, dt.UTC)
        part.holds.append(f"{one.witness} cosigned on {day(moment.date())} at {moment:%H:%M} UTC.")
        if log is not None and str(moment.date()) < newest:
            part.contradicts(
                "ledger/checkpoint",
                f"{one.witness} cosigned it on {moment.date()}, and it holds a release that was counted on {newest}",
            )
    for one in cosignatures:
        if not one.counts:
            part.unchecked.append(f"The cosignature of {one.witness} does not count: {one.fault}.")
    missing = [name for name in policy.witnesses if name not in {one.witness for one in cosignatures}]
    if missing:
        part.unchecked.append(f"No cosignature of {listed(missing)} is on this checkpoint.")
    return part
