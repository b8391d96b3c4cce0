"""The versions of one register's charter, each bound to the one before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from overt.charter._charter import Charter
from overt.charter._places import KeyPlaces, dotted
from overt.refusals import Refusal, raise_all

At = Callable[..., str]


def check_chain(charters: Sequence[Charter], places: Mapping[str, KeyPlaces] | None = None) -> None:
    """Refuses versions that do not follow one another, with every fault at once.

    From one to the next: the version is one more; `previous` is the digest of the one before; the register and its
    origin are the same; the days of adoption do not go back and those of effect go forward; between adoption and
    effect lie at least the `notice_days` that the one before promised; no category is dropped without
    being retired, brought back, or given other days in the past.

    The charters may come in any order. The first need not be version 1: what came before it is then not looked at.
    `places`, by digest, lets refusals say the line.
    """
    ordered = sorted(charters, key=lambda charter: charter.version)
    raise_all([refusal for old, new in pairwise(ordered) for refusal in _follows(old, new, places or {})])


def in_force(charters: Sequence[Charter], day: dt.date) -> Charter | None:
    """The version that rules on `day`: the last to have taken effect by then; None before the first has.

    The charters are taken to be a chain (`check_chain`).
    """
    effective = [charter for charter in charters if charter.effective_on <= day]
    return max(effective, key=lambda charter: (charter.effective_on, charter.version), default=None)


def _follows(old: Charter, new: Charter, places: Mapping[str, KeyPlaces]) -> Iterator[Refusal]:
    def at(*path: str) -> str:
        known = places.get(new.digest)
        return known.at(*path) if known else f"version {new.version}, {dotted(path)}"

    if new.version != old.version + 1:
        problem = f"version {new.version} comes after version {old.version}"
        yield Refusal("charter-version", at("version"), problem, f"version {old.version + 1}")
    if new.previous != old.digest:
        problem = f"`previous` is not the digest of version {old.version}"
        remedy = "compare it with the published file. Never change a published version: correct it in the next one"
        yield Refusal("charter-chain-broken", at("previous"), problem, old.digest, remedy)
    for field in ("name", "origin"):
        if getattr(new.register, field) != getattr(old.register, field):
            problem = f"the register's {field} is not that of version {old.version}"
            yield Refusal(
                "charter-other-register", at("register", field), problem, "one chain of versions for each register"
            )
    yield from _days(old, new, at)
    yield from _categories(old, new, at)


def _days(old: Charter, new: Charter, at: At) -> Iterator[Refusal]:
    if new.adopted_on < old.adopted_on:
        problem = f"adopted on {new.adopted_on}, version {old.version} on {old.adopted_on}"
        yield Refusal("charter-dates", at("adopted_on"), problem, "a date after that of the earlier version")
    if new.effective_on <= old.effective_on:
        problem = f"takes effect on {new.effective_on}, version {old.version} on {old.effective_on}"
        yield Refusal("charter-dates", at("effective_on"), problem, "a date after that of the earlier version")
    notice = (new.effective_on - new.adopted_on).days
    if notice < old.notice_days:
        problem = f"takes effect {notice} days after its adoption"
        earliest = new.adopted_on + dt.timedelta(days=old.notice_days)
        wanted = f"{old.notice_days} days, as version {old.version} promised: {earliest} at the earliest"
        yield Refusal("charter-notice-short", at("effective_on"), problem, wanted)


def _categories(old: Charter, new: Charter, at: At) -> Iterator[Refusal]:
    for name, was in old.categories.items():
        now = new.categories.get(name)
        if now is None:
            problem = f"categories.{name} of version {old.version} is gone"
            wanted = "the category kept, with retired_on: what was recorded in it still has to be explained"
            yield Refusal("charter-category-dropped", at("categories"), problem, wanted)
            continue
        where = ("categories", name)
        if now.adopted_on != was.adopted_on and min(now.adopted_on, was.adopted_on) < new.effective_on:
            problem = f"categories.{name} was adopted on {was.adopted_on} and is now said to be on {now.adopted_on}"
            yield Refusal("charter-category-rewritten", at(*where, "adopted_on"), problem, str(was.adopted_on))
        if now.retired_on != was.retired_on:
            ended = [day for day in (now.retired_on, was.retired_on) if day is not None]
            if min(ended) < new.effective_on:
                problem = f"categories.{name}: retired_on was {was.retired_on} and is {now.retired_on}"
                wanted = (
                    f"no change to days before {new.effective_on}; a category that comes back has a name of its own"
                )
                yield Refusal("charter-category-rewritten", at(*where, "retired_on"), problem, wanted)
    for name, category in new.categories.items():
        if name not in old.categories and category.adopted_on < new.effective_on:
            problem = f"categories.{name} is new, and adopted on {category.adopted_on}"
            wanted = f"{new.effective_on} or later: the version that brings it takes effect then"
            yield Refusal("charter-category-backdated", at("categories", name, "adopted_on"), problem, wanted)
