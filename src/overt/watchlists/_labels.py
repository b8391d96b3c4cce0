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


def positive_labels(found: Collection[str], given: Sequence[str], column: str) -> frozenset[str]:
    """The labels that mean yes: those given, or the one of two that is no negation of the other.

    None does where every label says that a text is harmless, as `non-hateful`, `0` and `neutral` do.
    Refuses when that cannot be told, when one given is not there, or when they leave no harmless text.
    """
    # Many or long labels are likely the wrong column, whose values are nobody's business.
    told = len(found) <= 10 and all(len(each) <= 40 for each in found)
    listed = ", ".join(sorted(found)) if told else f"{len(found)} of them"
    missing = [each for each in given if each not in found]
    if missing:
        raise Refusal("watchlist-label", f"column {column}", f"no label {missing[0]}", f"one of {listed}")
    if not given and found and all(map(_is_harmless, found)):
        return frozenset()
    positive = frozenset(given) if given else _told(found)
    if not positive:
        remedy = "name the label with --positive (repeatable), or leave out --label and add --harmless"
        raise Refusal("watchlist-label", f"column {column}", f"labels: {listed}", "two different labels", remedy)
    if positive >= set(found):
        raise Refusal(
            "watchlist-label",
            f"column {column}",
            "there are only texts that the list should find",
            "texts of both kinds",
        )
    return positive


def _told(found: Collection[str]) -> frozenset[str]:
    if len(found) != 2:
        return frozenset()
    one, other = sorted(found)
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
