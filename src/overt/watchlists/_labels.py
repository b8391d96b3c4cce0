"""Which label means that a text is what the list is meant to find."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from overt.refusals import Refusal

# Labels by pairs, the one that a list is meant to find first.
_PAIRS = (
    ("1", "0"), ("1.0", "0.0"), ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("positive", "negative"),
    ("spam", "ham"), ("off", "not"),
)  # fmt: skip
_NEGATION = re.compile(r"^(non|not|no|un)[\s_-]*")
# A negation that stands alone: `nonsense` and `nothate` may be anything without their counterpart.
_NEGATED = re.compile(r"^(non|not|no)[\s_-]+\w")
_NOTHING = {
    "none", "neither", "neutral", "normal", "clean", "benign", "harmless", "other", "ok", "fine", "acceptable",
}  # fmt: skip
MOST_LABELS = 50


def positive_labels(labels: Collection[str], chosen: Sequence[str], column: str) -> frozenset[str]:
    """The labels that mean yes: those given, or the one of two that is no negation of the other.

    None does where every label says that a text is harmless, as `non-hateful`, `0` and `neutral` do.
    Refuses when that cannot be told, when one given is not there, or when they leave no harmless text.
    """
    # Many or long labels are likely the wrong column, whose values are nobody's business.
    is_short = len(labels) <= 10 and all(len(label) <= 40 for label in labels)
    listed = ", ".join(sorted(labels)) if is_short else f"{len(labels)} of them"
    missing = [label for label in chosen if label not in labels]
    if missing:
        raise Refusal("watchlist-label", f"column {column}", f"no label {missing[0]}", f"one of {listed}")
    if not chosen and labels and all(map(_is_harmless, labels)):
        return frozenset()
    positive = frozenset(chosen) if chosen else _told(labels)
    if not positive:
        remedy = "name the label with --positive (repeatable), or leave out --label and add --harmless"
        raise Refusal("watchlist-label", f"column {column}", f"labels: {listed}", "two different labels", remedy)
    if positive >= set(labels):
        raise Refusal(
            "watchlist-label",
            f"column {column}",
            "there are only texts that the list should find",
            "texts of both kinds",
        )
    return positive


def _told(labels: Collection[str]) -> frozenset[str]:
    if len(labels) != 2:
        return frozenset()
    one, other = sorted(labels)
    for yes, no in ((one, other), (other, one)):
        bare, negated = yes.strip().casefold(), no.strip().casefold()
        if _is_harmless(yes):
            continue
        if (bare, negated) in _PAIRS or negated in _NOTHING:
            return frozenset({yes})
        if _NEGATION.sub("", negated) == bare != negated:
            return frozenset({yes})
    return frozenset()


def _is_harmless(label: str) -> bool:
    """Whether a label by itself says that a text is not what a list is meant to find."""
    folded = label.strip().casefold()
    return folded in _NOTHING | {no for _, no in _PAIRS} or _NEGATED.match(folded) is not None
