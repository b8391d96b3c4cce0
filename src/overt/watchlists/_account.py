"""The account of a trial as figures: what `watchlist.json` holds, and all that any page or table is made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from overt import __version__
from overt.pages import p_value
from overt.statistics import LEVEL, ShareRatio, exact_limits, ratios, share, shares
from overt.watchlists import _figures as figures
from overt.watchlists._corpus import NOT_GIVEN
from overt.watchlists._matching import Matching
from overt.watchlists._probes import Probed, probe_of
from overt.watchlists._tally import NO, YES, Tally
from overt.watchlists._term import Term
from overt.watchlists._trial import TermFacts, Trial

SCHEMA_VERSION = "1.0"
DIVISIONS = ("group", "function", "genre", "dialect")
PREVALENCES = (10, 1_000, 100_000)
_STEPS = 24
# What a regular expression or a wildcard would take for more than itself: `gays?`, `muslim*`, `wom[ae]n`.
_PATTERN = re.compile(r"\w[*?]|[*?]\w|\[.*\]|\\\w")

Json = dict[str, Any]


def account(trial: Trial, *, masked: bool = False) -> Json:
    """Everything measured, as JSON. `masked` leaves only the first letter of every word of a term."""
    tally, survey, request = trial.tally, trial.survey, trial.request
    terms = per_term(trial, masked=masked)
    return {
        "schema_version": SCHEMA_VERSION,
        "overt": __version__,
        "terms": len(request.terms.terms),
        "texts": survey.rows,
        "list": {"name": request.terms.name, "sha256": request.terms.sha256, "terms": len(request.terms.terms)},
        "corpus": {
            "files": [{"name": name, "sha256": digest} for name, digest in survey.files],
            "texts": survey.rows,
            "labels": dict(sorted(survey.labels.items())),
            "positive_labels": sorted(survey.positive),
            "columns": {
                "text": request.corpus.text,
                **({"label": request.corpus.label} if request.corpus.label else {}),
                **request.corpus.by,
            },
            "dropped": list(request.corpus.drop),
            "handles_masked": request.corpus.mask_handles,
        },
        "matching": _matching(request.matching),
        "threshold": request.threshold,
        "masked": masked,
        "intervals": {"level": LEVEL, "method": figures.METHOD, "of": figures.OF},
        "overall": measures(tally.texts, tally.flagged),
        **{f"by_{name}": _by(tally, name, survey.levels.get(name)) for name in DIVISIONS},
        "by_category": _by_category(trial),
        "at_prevalence": [_at_prevalence(tally, one_in) for one_in in PREVALENCES],
        "variants": [
            {"name": name, "matching": _matching(way), **measures(tally.texts, flagged)}
            for name, (way, flagged) in trial.variants.items()
        ],
        "per_term": terms,
        "identity_terms": [term["id"] for term in terms if term["identity"]],
        "ordinary_terms": [term["id"] for term in terms if term["ordinary"] and not term["identity"]],
        "silent_terms": [term["id"] for term in terms if not term["hits"]],
        "pattern_terms": [_ident(place) for place, term in enumerate(request.terms.terms) if _is_pattern(term)],
        "needless_terms": [term["id"] for term in terms if term["needless"]],
        "probes": _probes(tally, survey.levels.get("function")),
        "templates": [_probed(probe) for probe in trial.probes],
        "disguises": [_probed(disguise) for disguise in trial.disguises],
        "learning_curve": learning_curve(tally, len(request.terms.terms)),
    }  # fmt: skip


def measures(texts: np.ndarray, flagged: np.ndarray) -> Json:
    """Hits, precision, recall and false-positive rate with limits; `texts` and `flagged` are counts of (no, yes)."""
    no, yes, wrong, right = int(texts[NO]), int(texts[YES]), int(flagged[NO]), int(flagged[YES])
    return {
        "texts": no + yes,
        "positives": yes,
        "negatives": no,
        "hits": wrong + right,
        "true_positives": right,
        "false_positives": wrong,
        # Where nothing is sought nothing can be right, whatever the list is like.
        **_share("precision", right, wrong + right if yes else 0),
        **_share("recall", right, yes),
        **_share("false_positive_rate", wrong, no),
    }


def per_term(trial: Trial, *, masked: bool) -> list[Json]:
    """For each term what it hits, how often it is wrong, and what the list is without it."""
    tally, terms = trial.tally, trial.request.terms.terms
    wrong, right = tally.term[:, NO], tally.term[:, YES]
    precision = shares(right, wrong + right)
    # Where nothing is sought no term can be right, and that says nothing of the term.
    sought = bool(tally.texts[YES])
    crossed = tally.term_by.get("group")
    levels = trial.survey.levels.get("group", ())
    rows = []
    for place, (term, facts) in enumerate(zip(terms, trial.facts, strict=True)):
        decided = tally.decided[place]
        left = tally.flagged - decided
        value = precision[place]
        rows.append(
            {
                "id": _ident(place),
                "term": mask(term.text) if masked else term.text,
                "category": term.category,
                "weight": term.weight,
                "hits": value.of,
                "true_positives": value.found,
                "false_positives": value.of - value.found,
                "precision": value.value if sought else None,
                "precision_interval": [value.low, value.high] if value.of and sought else None,
                "decides": {"true_positives": int(decided[YES]), "false_positives": int(decided[NO])},
                "without": {
                    "hits": int(left.sum()),
                    "precision": _over(left[YES], left.sum()) if sought else None,
                    "recall": _over(left[YES], tally.texts[YES]),
                    "false_positive_rate": _over(left[NO], tally.texts[NO]),
                },
                "identity": facts.identity,
                "ordinary": facts.ordinary,
                "same_as": None if facts.same_as is None else _ident(facts.same_as),
                "contains": None if facts.contains is None else _ident(facts.contains),
                "needless": _needless(value.of, int(decided.sum()), facts, weighed=tally.threshold is not None),
                "false_positives_by_group": None if crossed is None else _named(levels, crossed[place]),
            }
        )
    return rows


def learning_curve(tally: Tally, terms: int) -> Json:
    """Recall and false-positive rate of a shorter list: of a random part, and of the most precise terms.

    By chance they are expectations over every part of that size, exact. The most precise are chosen on the same
    texts that they are then measured on, which flatters them.
    """
    grid = _grid(terms)
    chance = None
    if tally.threshold is None:
        chance = [
            _point(tally, size, [figures.hit_by_chance(terms, size, tally.together[label]) for label in (NO, YES)])
            for size in grid
        ]
    return {"by_chance": chance, "most_precise_first": _precise_first(tally, terms, grid)}


def mask(text: str) -> str:
    """The first letter of every word, and a dot for each other letter."""
    return re.sub(r"(\w)(\w+)", lambda word: word[1] + "•" * len(word[2]), text)


def _precise_first(tally: Tally, terms: int, grid: Sequence[int]) -> list[Json] | None:
    if not tally.sets_whole or tally.threshold is not None:
        return None
    wrong, right = tally.term[:, NO], tally.term[:, YES]
    low, _ = exact_limits(right, wrong + right)
    # A term that never fires has no precision, and comes after all that have one.
    order = np.lexsort((np.arange(terms), wrong, -low, wrong + right == 0))
    rank = np.empty(terms, np.int64)
    rank[order] = np.arange(terms)
    first = np.zeros((terms, 2), np.int64)
    for (label, held), texts in tally.sets.items():
        first[rank[np.frombuffer(held, np.int32)].min(), label] += texts
    reached = np.cumsum(first, axis=0)
    return [_point(tally, size, reached[size - 1].tolist()) for size in grid]


def _point(tally: Tally, size: int, flagged: Sequence[float]) -> Json:
    return {
        "terms": size,
        "recall": _over(flagged[YES], tally.texts[YES]),
        "false_positive_rate": _over(flagged[NO], tally.texts[NO]),
        "error_kept": _over(flagged[NO], tally.flagged[NO]),
        "recall_kept": _over(flagged[YES], tally.flagged[YES]),
    }


def _grid(terms: int) -> list[int]:
    steps = np.geomspace(1, terms, _STEPS)
    return sorted(
        {*np.rint(steps).astype(int).tolist(), *(terms * part // 4 for part in (1, 2, 3) if terms >= 4), terms}
    )


def _by(tally: Tally, name: str, levels: Sequence[str] | None) -> Json | None:
    """The measures of each level, and how they stand to those of all other levels together."""
    if levels is None:
        return None
    texts, flagged = tally.by[name]
    wrong = ratios(flagged[:, NO].tolist(), texts[:, NO].tolist())
    right = ratios(flagged[:, YES].tolist(), texts[:, YES].tolist())
    return {
        level: {
            **measures(texts[at], flagged[at]),
            "false_positive_ratio": _ratio(wrong[at]),
            "recall_ratio": _ratio(right[at]),
        }
        for at, level in enumerate(levels)
    }


def _by_category(trial: Trial) -> Json | None:
    """What the terms of each category would do as a list of their own; null without categories."""
    categories = trial.request.terms.categories
    if categories == ("",):
        return None
    held = Counter(term.category for term in trial.request.terms.terms)
    return {
        name or NOT_GIVEN: {"terms": held[name], **measures(trial.tally.texts, trial.tally.by_category[at])}
        for at, name in enumerate(categories)
    }


def _probes(tally: Tally, functions: Sequence[str] | None) -> list[Json]:
    """The functions of the corpus that carry a probe in their name, by kind."""
    tests = []
    for at, name in enumerate(functions or ()):
        kind = probe_of(name)
        texts, flagged = (counts[at] for counts in tally.by["function"])
        tests += [
            {
                "kind": kind,
                "function": name,
                "should_be_flagged": label == YES,
                "texts": int(texts[label]),
                "flagged": int(flagged[label]),
                **_share("share", int(flagged[label]), int(texts[label])),
            }
            for label in (NO, YES)
            if kind and texts[label]
        ]
    return sorted(tests, key=lambda test: (test["should_be_flagged"], test["kind"], test["function"]))


def _probed(probe: Probed) -> Json:
    share = _share("share", probe.flagged, probe.sentences)
    counts = {"sentences": probe.sentences, "flagged": probe.flagged}
    return {"kind": probe.kind, "template": probe.template, **counts, **share}


def _at_prevalence(tally: Tally, one_in: int) -> Json:
    projection = figures.at_prevalence(tally.flagged.tolist(), tally.texts.tolist(), one_in)
    return {
        "one_in": one_in,
        "wrong_share": projection.wrong,
        "wrong_share_interval": None if projection.wrong is None else [projection.low, projection.high],
        "wrong_of_1000_warnings": projection.of_thousand,
        "without": _unprojected(tally) if projection.wrong is None else None,
    }


def _unprojected(tally: Tally) -> str:
    """Why no share of wrong warnings is given."""
    no, yes = (int(count) for count in tally.texts)
    if yes < figures.FEWEST_POSITIVES:
        return (
            f"{yes:,} of the texts {'is' if yes == 1 else 'are'} what the list is meant to find, and below "
            f"{figures.FEWEST_POSITIVES} nothing is projected to use"
        )
    return "the list flags nothing" if no else "no text is harmless"


def _needless(hits: int, decided: int, facts: TermFacts, *, weighed: bool) -> str | None:
    """Why the list would flag the same texts without the term, by itself.

    Where weights are added up, a term that repeats or contains another adds to it, and is not needless for that.
    """
    if facts.same_as is not None and not weighed:
        return "repeats another term"
    if facts.contains is not None and not weighed:
        return "contains another term"
    return "decides nothing here" if hits and not decided else None


def _is_pattern(term: Term) -> bool:
    """Whether a term holds what would mean something else in a pattern."""
    return any(_PATTERN.search(text) for text in term.positive)


def _named(levels: Sequence[str], counts: np.ndarray) -> Json:
    return {level: int(count) for level, count in zip(levels, counts, strict=True) if count}


def _ratio(ratio: ShareRatio | None) -> Json | None:
    if ratio is None:
        return None
    return {
        "value": ratio.value, "interval": [ratio.low, ratio.high], "method": ratio.method,
        "p": p_value(ratio.p), "p_adjusted": p_value(ratio.adjusted), "against": "all other levels together",
    }  # fmt: skip


def _share(name: str, part: int, of: int) -> Json:
    proportion = share(part, of)
    return {name: proportion.value, f"{name}_interval": [proportion.low, proportion.high] if of else None}


def _over(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole else None


def _ident(place: int) -> str:
    return f"T{place + 1:04d}"


def _matching(way: Matching) -> Mapping[str, object]:
    return {
        "where": way.where.value, "case": way.case.value, "unicode": way.form.value, "leet": way.leet,
        "patterns": way.patterns.value, "language": way.language if way.where.value == "stem" else None,
    }  # fmt: skip
