"""The checks for figures with noise, which cannot be recounted exactly.

1.  From the files alone: that every figure, and the error beside it, follows from the noisy numbers in release.json;
    that each scale is as large as its share of epsilon wants; that the budget is kept.
2.  With the snapshot: that release.json asks what a release asks, that no number is further from its exact count than
    the mechanism gives in one of a thousand million cases, and that the noise of all numbers together is neither too
    small nor too large.
3.  With the releases before it: that what was published is taken from there, and what was spent is their sum.
4.  With the ledger: that all of it is what was published first. Only that shows that no number was chosen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from overt.publication._consistent import noisy_tables
from overt.publication._document import ReleaseDocument, known_questions
from overt.publication._noise import (
    SLACK,
    Noise,
    NoisyQuestion,
    Spent,
    exact,
    magnitudes,
    not_covered_by,
    quantile,
    questions_of,
    scale_of,
    shares,
    spent_by,
)
from overt.publication._topics import ROWS_OF_A_PERSON, TopicCounts

_RARE = 1e-9
_DEVIATIONS = 6


@dataclass(frozen=True)
class Mismatch:
    """One thing that does not agree. For a figure it says which, and not what was counted."""

    where: str
    found: str


def check_noise(noise: Noise, document: ReleaseDocument) -> Iterator[Mismatch]:
    """What is wrong with the noise of a release, as the files alone show it."""
    try:
        expected = {(table.name, cell): figure for table in noisy_tables(noise) for cell, figure in table.cells()}
    except (KeyError, TypeError, ValueError, AttributeError):
        yield Mismatch("release.json", "questions that no release asks")
        return
    there = {
        (table.name, cell): figure for table in document.tables if table.protected for cell, figure in table.cells()
    }
    for table, cell in dict.fromkeys([*expected, *there]):
        wanted = expected.get((table, cell))
        if wanted is not None and document.format == 1:
            # Releases of that format did not say which figures are unreliable.
            wanted = replace(wanted, unreliable=False)
        if wanted != there.get((table, cell)):
            yield Mismatch(f"{table}: {cell}", "does not follow from the noisy numbers")
    if noise.rule.person_rows is None and document.format > 1:
        yield Mismatch("the noise", "nothing bounds how many rows one person has in it")
    for question in noise.questions:
        least = _least_scale(noise, question)
        is_other = question.scale < least * (1 - SLACK) or question.mechanism != noise.rule.mechanism
        if question.taken_from is None and is_other:
            yield Mismatch(_name(question), "less noise than its share of epsilon wants")
    if noise.total > noise.rule.budget * (1 + SLACK) and noise.spent != Spent():
        yield Mismatch("the budget", f"{noise.total:.3f} is spent of {noise.rule.budget}")


def _least_scale(noise: Noise, question: NoisyQuestion) -> float:
    """The least noise of a question: that of its share of epsilon, for all rows that it counts of one person."""
    if noise.rule.person_rows is None:
        return scale_of(question.mechanism, noise.rule.whole / shares(noise.of(question.table)))
    most = noise.rule.person_rows if question.table in ROWS_OF_A_PERSON else 1
    return scale_of(question.mechanism, noise.share, most)


def check_noise_against(noise: Noise, document: ReleaseDocument, counted: Sequence[TopicCounts]) -> Iterator[Mismatch]:
    """What is wrong with the noise of a release beside the exact counts of its snapshot."""
    tables = {topic.topic.name: topic for topic in counted}
    wanted = {question.key for question in questions_of(tables.values(), (document.since, document.day), noise.rule)}
    if {question.key for question in noise.questions} != wanted:
        yield Mismatch("release.json", "other questions than a release asks")
        return
    total = expected = variance = 0.0
    for question in noise.questions:
        if question.taken_from is not None:
            continue
        parts = tables[question.table].measures[question.column] or ()
        counts = exact(tables[question.table], parts, question.attribute)
        if counts.keys() != question.numbers.keys():
            yield Mismatch(_name(question), "other groups than the format has")
            continue
        noises = [abs(question.numbers[group] - count) for group, count in counts.items()]
        if max(noises) > quantile(question.mechanism, question.scale, 1 - _RARE):
            yield Mismatch(_name(question), "further from the count than its noise can be")
        mean, square = _moments(question)
        total += sum(noises)
        expected += mean * len(noises)
        variance += (square - mean**2) * len(noises)
    if abs(total - expected) > _DEVIATIONS * math.sqrt(variance):
        size = "smaller" if total < expected else "larger"
        yield Mismatch("the noise", f"all of it together is {size} than the mechanism's")


def check_noise_since(
    noise: Noise, document: ReleaseDocument, earlier: Sequence[ReleaseDocument]
) -> Iterator[Mismatch]:
    """What is wrong with the noise of a release beside all releases before it."""
    known = known_questions(earlier) if document.corrects is None else {}
    for question in noise.questions:
        there = known.get(question.key)
        if (there is not None or question.taken_from is not None) and there != question:
            yield Mismatch(_name(question), "not what was published before")
    releases = {release.release: release.noise for release in earlier}
    before = spent_by(releases)
    if noise.rule.person_rows is not None and noise.not_covered != not_covered_by(releases):
        yield Mismatch("what is not covered", "not the releases before that have no bound for one person")
    if not _close(before.epsilon, noise.before.epsilon) or not _close(before.rho, noise.before.rho):
        yield Mismatch("what was spent before", "not the sum of the releases before")


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=SLACK, abs_tol=1e-12)


def _moments(question: NoisyQuestion) -> tuple[float, float]:
    """The mean magnitude of the noise, and the mean of its square."""
    chances = magnitudes(question.mechanism, question.scale)
    mean = math.fsum(at * chance for at, chance in enumerate(chances))
    return mean, math.fsum(at**2 * chance for at, chance in enumerate(chances))


def _name(question: NoisyQuestion) -> str:
    return f"{question.table}, {question.column} by {question.attribute}"
