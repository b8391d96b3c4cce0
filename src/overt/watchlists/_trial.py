"""Evaluate a keyword list in a single pass over the texts, keeping only counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from overt.refusals import Refusal
from overt.watchlists._corpus import CorpusOptions, Survey, blocks, survey
from overt.watchlists._lexicon import Lexicon, read_lexicon
from overt.watchlists._matcher import Finders, Hits, Matcher
from overt.watchlists._matching import Matching, Patterns, variants
from overt.watchlists._probes import Probed, disguises, flagger, harmless_uses, read_probes
from overt.watchlists._tally import Tally, flags
from overt.watchlists._term import TermList


@dataclass(frozen=True)
class TrialRequest:
    """What to try on what. `threshold` is the weight at which a text is flagged; without it any term flags it.

    `identity` and `ordinary` are files of more such words, `templates` one of own probes.
    """

    terms: TermList
    corpus: CorpusOptions
    matching: Matching = field(default_factory=Matching)
    threshold: float | None = None
    with_variants: bool = True
    identity: Path | None = None
    ordinary: Path | None = None
    templates: Path | None = None


class TrialTelling(Protocol):
    """Is told how far a trial has come."""

    def surveying(self, rows: int) -> None:
        """So many rows have been looked at."""
        ...

    def measuring(self, rows: int, of: int) -> None:
        """So many of all rows have been searched."""
        ...


class Silence:
    """Tells nobody."""

    def surveying(self, rows: int) -> None:
        """Says nothing."""

    def measuring(self, rows: int, of: int) -> None:
        """Says nothing."""


@dataclass(frozen=True)
class TermFacts:
    """What a term is, apart from what it hits: the term that makes it needless, by place, and its kind of word."""

    same_as: int | None
    contains: int | None
    identity: str | None
    ordinary: bool


@dataclass(frozen=True)
class Trial:
    """A finished trial. `variants` gives texts flagged, by label (no, yes), for each way of matching."""

    request: TrialRequest
    survey: Survey
    tally: Tally
    variants: Mapping[str, tuple[Matching, np.ndarray]]
    facts: tuple[TermFacts, ...]
    probes: tuple[Probed, ...]
    disguises: tuple[Probed, ...]


def try_list(request: TrialRequest, telling: TrialTelling | None = None) -> Trial:
    """Puts a list on trial; refuses a corpus or a list that cannot be measured, before anything is counted."""
    tell = telling or Silence()
    terms = request.terms.terms
    lexicon = read_lexicon(request.identity, request.ordinary)
    templates = read_probes(request.templates)
    weights = np.array([term.weight for term in terms])
    ways = _ways(request)
    finders = Finders()
    matchers = {name: Matcher(terms, way, finders) for name, way in ways.items()}
    surveyed = survey(request.corpus, tell.surveying)
    chosen = matchers["as chosen"]
    categories = {name: at for at, name in enumerate(request.terms.categories)}
    place = np.array([categories[term.category] for term in terms], dtype=np.int64)
    tally = Tally(len(terms), weights, request.threshold, surveyed.levels, place)
    flagged = {name: np.zeros(2, np.int64) for name in ways}
    done = 0
    for block in blocks(request.corpus, surveyed.positive):
        yes = np.array(block.positive, dtype=np.int64)
        for name, matcher in matchers.items():
            hits = matcher.hits(block.texts)
            if matcher is chosen:
                tally.add(block, hits)
            hit = flags(hits, len(block.texts), weights, request.threshold)[0]
            flagged[name] += np.bincount(yes[hit], minlength=2)
        done += len(block.texts)
        tell.measuring(done, surveyed.rows)
    if done != surveyed.rows:
        raise Refusal(
            "watchlist-corpus-changed",
            request.corpus.paths[0].name,
            "the file changed while it was read",
            "a file that does not change",
        )

    def flagged_by(hits: Hits, count: int) -> tuple[np.ndarray, np.ndarray]:
        return flags(hits, count, weights, request.threshold)

    flag = flagger(chosen, flagged_by)
    return Trial(
        request, surveyed, tally, {name: (way, flagged[name]) for name, way in ways.items()},
        _facts(request, chosen, lexicon), tuple(harmless_uses(terms, templates, flag)), tuple(disguises(terms, flag)),
    )  # fmt: skip


def _ways(request: TrialRequest) -> dict[str, Matching]:
    if not request.with_variants:
        return {"as chosen": request.matching}
    ways = variants(request.matching)
    if not any("*" in text or "?" in text for term in request.terms.terms for text in term.positive):
        ways = {name: way for name, way in ways.items() if way.patterns is request.matching.patterns}
    return ways


def _facts(request: TrialRequest, matcher: Matcher, lexicon: Lexicon) -> tuple[TermFacts, ...]:
    terms = request.terms.terms
    same, contains = _needless(request, matcher)
    return tuple(
        TermFacts(
            same.get(place), contains.get(place),
            next((kind for text in term.positive if (kind := lexicon.identity_of(text))), None),
            all(lexicon.is_ordinary(text) for text in term.positive),
        )
        for place, term in enumerate(terms)
    )  # fmt: skip


def _needless(request: TrialRequest, matcher: Matcher) -> tuple[dict[int, int], dict[int, int]]:
    """Terms that an earlier one repeats, and terms that hold another: whatever they hit, the other hits too."""
    terms = request.terms.terms
    wild = request.matching.patterns is Patterns.WILDCARD
    plain_terms = [
        place for place, term in enumerate(terms)
        if term.condition is None and not (wild and set("*?") & set(term.text))
    ]  # fmt: skip
    same: dict[int, int] = {}
    contains: dict[int, int] = {}
    inside: dict[int, set[int]] = {place: set() for place in plain_terms}
    for at in range(0, len(plain_terms), 5_000):
        some = plain_terms[at : at + 5_000]
        hits = matcher.hits([terms[place].text for place in some])
        for text, term in zip(hits.text.tolist(), hits.term.tolist(), strict=True):
            condition = terms[term].condition
            if some[text] != term and not (condition and (condition.none_of or condition.not_near)):
                inside[some[text]].add(term)
    for place, others in inside.items():
        mutual = {other for other in others if place in inside.get(other, ())}
        if mutual and min(mutual) < place:
            same[place] = min(mutual)
        elif others - mutual:
            contains[place] = min(others - mutual)
    return same, contains
