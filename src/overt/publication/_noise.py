"""Counts with noise: what was asked of a register, the noisy numbers, and what all of it may cost.

What is protected is one person: whether or not everything about a person is in the register, all entries with their
items, reviews and disclosures, changes what is published by little. How much it may change is `epsilon`.

1.  One *question* is one column of one table, divided by one attribute, about one day or period. Its numbers are the
    exact counts, each with noise of its own, drawn by OpenDP. The whole of a column is not asked: it is their sum.
2.  A question that was published is not asked again: its numbers are taken from there and cost nothing. Only a
    correction asks again. Whether the counts changed is never checked, because that would reveal something.
3.  One person changes a question by a number of rows that is known before anything is counted: see `_persons`. Its
    noise is as many times larger.
4.  What a release spends is shared out evenly among all its questions. One person is in every table, so that what the
    tables cost is added up.
5.  Spending adds up over all published releases. With `discrete_gaussian` it is added up as zero-concentrated
    privacy (Bun and Steinke 2016), which is less than the sum of the epsilons.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from overt.charter import Publication
from overt.publication._topics import FLOWS_OF_PEOPLE, ROWS_OF_A_PERSON, TopicCounts
from overt.refusals import Refusal

LAPLACE, GAUSSIAN = "discrete_laplace", "discrete_gaussian"
Key = tuple[str, str, str, str, str | None]
CONFIDENCE = 0.95
# A scale is found by trying; what it costs may be above what was meant by this much of it.
SLACK = 1e-6


@dataclass(frozen=True)
class NoiseRule:
    """Which noise a charter wants: see `Publication`."""

    mechanism: str
    epsilon: float
    budget: float
    delta: float | None = None
    # How many rows of one person a table counts at most. None only in releases of before, which bounded nothing.
    person_rows: int | None = 1

    @classmethod
    def of(cls, publication: Publication) -> NoiseRule | None:
        """The noise of a charter; none where figures are rounded and withheld."""
        if publication.mechanism is None or publication.epsilon is None or publication.budget is None:
            return None
        rows = publication.person_rows or 1
        return cls(publication.mechanism, publication.epsilon, publication.budget, publication.delta, rows)

    @property
    def whole(self) -> float:
        """What one release may spend, in the coin of its mechanism: epsilon, or rho of zero-concentrated privacy."""
        return self.epsilon if self.mechanism == LAPLACE else rho_of(self.epsilon, self.delta or 0)


@dataclass(frozen=True)
class Spent:
    """What a release spent: `epsilon` with Laplace noise, `rho` with Gaussian noise, nothing where all was known."""

    epsilon: float = 0.0
    rho: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.epsilon + other.epsilon, self.rho + other.rho)

    def total(self, delta: float | None) -> float:
        """The epsilon of everything together, with this delta; Gaussian noise of earlier charters needs one too."""
        if not self.rho:
            return self.epsilon
        chance = delta or 1e-6
        # Noise that costs epsilon costs epsilon squared over two at most in the other coin.
        return min(self.epsilon + epsilon_of(self.rho, chance), epsilon_of(self.rho + self.epsilon**2 / 2, chance))


def epsilon_of(rho: float, delta: float) -> float:
    """The epsilon that rho of zero-concentrated privacy stands for, with this delta (Bun and Steinke 2016, 3.5)."""
    return rho + 2 * math.sqrt(rho * math.log(1 / delta))


def rho_of(epsilon: float, delta: float) -> float:
    """The rho that stands for this epsilon and delta: `epsilon_of` the other way round."""
    root = math.log(1 / delta)
    return (math.sqrt(root + epsilon) - math.sqrt(root)) ** 2


@dataclass(frozen=True)
class NoisyQuestion:
    """One column of one table by one attribute, with its noisy numbers by group.

    `scale` is that of its noise, `most` by how much one person can change its numbers taken together, and `day` and
    `since` what it is about. Where it is `taken_from` an earlier release,
    `published` are the figures that stood there, and stand again.
    """

    table: str
    column: str
    attribute: str
    day: str
    since: str | None
    mechanism: str
    scale: float
    numbers: Mapping[str, int]
    taken_from: str | None = None
    published: Mapping[str, int] | None = None
    most: int | None = None

    @property
    def key(self) -> Key:
        """What makes two questions the same one."""
        return (self.table, self.column, self.attribute, self.day, self.since)

    @property
    def cost(self) -> Spent:
        """What one person's loss was where it was first asked; all rows of a person may be in one number of it."""
        most = self.most or 1
        if self.mechanism == LAPLACE:
            return Spent(epsilon=most / self.scale)
        return Spent(rho=most**2 / (2 * self.scale**2))

    @property
    def margin(self) -> int:
        """The noise is no larger than this in 95 of 100 numbers."""
        return quantile(self.mechanism, self.scale, CONFIDENCE)

    @property
    def margin_of_sum(self) -> int:
        """The noise of the sum of all its numbers is no larger than this in 95 of 100 cases."""
        return quantile_of_sum(self.mechanism, self.scale, len(self.numbers), CONFIDENCE)

    def as_json(self) -> dict[str, Any]:
        """As release.json has it."""
        return _without_none(self, "most")


@dataclass(frozen=True)
class Noise:
    """The noise of one release: its rule, its questions, and what was spent before it.

    `not_covered` are the releases published before it for which nothing bounds what they tell of one person: rounded
    ones, and those with noise whose rule had no bound.
    """

    rule: NoiseRule
    questions: tuple[NoisyQuestion, ...]
    before: Spent
    not_covered: tuple[str, ...] = ()

    @property
    def spent(self) -> Spent:
        """What this release spends: the sum over its tables, or of before the bound that of the dearest."""
        costs = [_cost_of(one for one in self.questions if one.table == table) for table in self.tables]
        if self.rule.person_rows is not None:
            return sum(costs, Spent())
        return max(costs, key=lambda cost: (cost.epsilon, cost.rho), default=Spent())

    @property
    def share(self) -> float:
        """What one of its questions may spend, in the coin of the mechanism."""
        return self.rule.whole / sum(shares(self.of(table)) for table in self.tables)

    @property
    def tables(self) -> list[str]:
        """The tables with noise, in their order."""
        return list(dict.fromkeys(question.table for question in self.questions))

    @property
    def total(self) -> float:
        """The epsilon of this release and all before it."""
        return (self.before + self.spent).total(self.rule.delta)

    def of(self, table: str) -> dict[tuple[str, str], NoisyQuestion]:
        """The questions of a table, by column and attribute."""
        return {(asks.column, asks.attribute): asks for asks in self.questions if asks.table == table}

    def as_json(self) -> dict[str, Any]:
        """As release.json has it."""
        covered = {} if self.rule.person_rows is None else {"not_covered": list(self.not_covered)}
        return {
            **_without_none(self.rule, "person_rows"),
            "before": {"epsilon": self.before.epsilon, "rho": self.before.rho},
            **covered,
            "questions": [question.as_json() for question in self.questions],
        }


def _without_none(part: NoiseRule | NoisyQuestion, optional: str) -> dict[str, Any]:
    """Every field, but for one that releases of before did not have."""
    whole = {name: getattr(part, name) for name in part.__dataclass_fields__}
    return {name: value for name, value in whole.items() if name != optional or value is not None}


def read_noise(content: Mapping[str, Any]) -> Noise:
    """The noise out of release.json."""
    rule = NoiseRule(
        content["mechanism"], content["epsilon"], content["budget"], content["delta"], content.get("person_rows")
    )
    questions = tuple(NoisyQuestion(**question) for question in content["questions"])
    return Noise(rule, questions, Spent(**content["before"]), tuple(content.get("not_covered", ())))


def _cost_of(questions: Iterable[NoisyQuestion]) -> Spent:
    """What the questions of one table cost that were asked again.

    No one is both added and removed between two days, so only the dearer of these two counts.
    """
    costs: dict[str, Spent] = {}
    for question in questions:
        if question.taken_from is None:
            costs[question.column] = costs.get(question.column, Spent()) + question.cost
    pair = [costs.pop(name) for name in FLOWS_OF_PEOPLE if name in costs]
    if pair:
        costs["flow"] = max(pair, key=lambda cost: (cost.epsilon, cost.rho))
    return sum(costs.values(), Spent())


# --- asking ---------------------------------------------------------------------------------------------------------


def shares(questions: Iterable[tuple[str, str]]) -> int:
    """How many questions, by column and attribute, a table's spending is shared out among.

    Of one that came and went only one is true of any person, so the two columns share one share.
    """
    columns: set[str] = set()
    attributes: set[str] = set()
    for column, attribute in questions:
        columns.add("flow" if column in FLOWS_OF_PEOPLE else column)
        attributes.add(attribute)
    return len(columns) * len(attributes)


def questions_of(
    counted: Iterable[TopicCounts], period: tuple[str | None, str], rule: NoiseRule
) -> Iterator[NoisyQuestion]:
    """Every question of a release, with its scale and without an answer: nothing of it depends on what is counted."""
    since, day = period
    asked_of = {topic_counts.topic: list(_asked(topic_counts)) for topic_counts in counted}
    share = rule.whole / max(sum(map(shares, asked_of.values())), 1)
    for topic, questions in asked_of.items():
        most = (rule.person_rows or 1) if topic.name in ROWS_OF_A_PERSON else 1
        scale = scale_of(rule.mechanism, share, most)
        for column, attribute in questions:
            about = since if topic.flow or column in FLOWS_OF_PEOPLE else None
            yield NoisyQuestion(topic.name, column, attribute, day, about, rule.mechanism, scale, {}, most=most)


def _asked(counted: TopicCounts) -> Iterator[tuple[str, str]]:
    """Column and attribute of every question of a table."""
    for column, parts in counted.measures.items():
        if parts is not None:
            yield from ((column, dimension.name) for dimension in counted.topic.attributes)


def ask(
    counted: Sequence[TopicCounts],
    period: tuple[str | None, str],
    rule: NoiseRule,
    earlier: Mapping[str, Noise | None],
    known: Mapping[Key, NoisyQuestion],
) -> Noise:
    """Every question of a release; `known` are those that were published, by key, and are not asked again.

    `earlier` has the noise of every release published before, by its number.

    Refuses a release that would spend more than is left.
    """
    questions = [known.get(question.key, question) for question in questions_of(counted, period, rule)]
    noise = Noise(rule, tuple(questions), spent_by(earlier), not_covered_by(earlier))
    # What is refused has not looked.
    check_budget(noise)
    tables = {topic_counts.topic.name: topic_counts for topic_counts in counted}
    return replace(
        noise, questions=tuple(asks if asks.taken_from else _noisy(asks, tables[asks.table]) for asks in questions)
    )


def spent_by(releases: Mapping[str, Noise | None]) -> Spent:
    """What all of these releases spent together."""
    return sum((noise.spent for noise in releases.values() if noise), Spent())


def not_covered_by(releases: Mapping[str, Noise | None]) -> tuple[str, ...]:
    """Those of these releases for which nothing bounds what they tell of one person."""
    return tuple(name for name, noise in releases.items() if noise is None or noise.rule.person_rows is None)


def _noisy(question: NoisyQuestion, counted: TopicCounts) -> NoisyQuestion:
    counts = exact(counted, counted.measures[question.column] or (), question.attribute)
    drawn: list[int] = _opendp(question.mechanism, question.scale)(list(counts.values()))
    return replace(question, numbers=dict(zip(counts, drawn, strict=True)))


def exact(counted: TopicCounts, parts: Iterable[str], attribute: str) -> dict[str, int]:
    """The exact counts of a question by group.

    The groups are those of the format and no others, because a group that is there only when a person is in it would
    tell. What falls in none of them is counted as not recorded, or is left out where the format has no groups.
    """
    wanted = set(parts)
    groups = fixed_groups(counted, attribute)
    count_by_group = dict.fromkeys(groups, 0)
    for (part, name, group), number in counted.counts.items():
        if part in wanted and name == attribute:
            count_by_group[group if group in count_by_group else groups[-1]] += number
    return count_by_group


def fixed_groups(counted: TopicCounts, attribute: str) -> tuple[str, ...]:
    """The groups of an attribute that do not depend on what is in the register."""
    return next(dimension for dimension in counted.topic.attributes if dimension.name == attribute).fixed


def check_budget(noise: Noise) -> None:
    """Refuses a release after which more would be spent than the charter allows."""
    spent, rule = noise.spent, noise.rule
    if (spent.epsilon or spent.rho) and noise.total > rule.budget * (1 + SLACK):
        already = noise.before.total(rule.delta)
        problem = f"{already:.3f} of {rule.budget} is spent, and it would be {noise.total:.3f}"
        remedy = "publish figures that were published before; or adopt a charter with another budget, in the open"
        raise Refusal("release-budget", "publication.budget", problem, "a release within the budget", remedy)


def need_opendp() -> Any:
    """OpenDP, which draws the noise; refuses where it is not installed. Reading and verifying do without it."""
    try:
        import opendp.prelude as dp  # noqa: PLC0415  a large package that few registers need
    except ModuleNotFoundError:
        remedy = "pip install 'overt[noise]'"
        raise Refusal("noise-needs-extra", "overt", "opendp is not installed", "", remedy) from None
    dp.enable_features("contrib")
    return dp


def _opendp(mechanism: str, scale: float) -> Any:
    dp = need_opendp()
    if mechanism == LAPLACE:
        return dp.m.make_laplace(dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int), scale=scale)
    return dp.m.make_gaussian(dp.vector_domain(dp.atom_domain(T=int)), dp.l2_distance(T=float), scale=scale)


def scale_of(mechanism: str, share: float, most: int = 1) -> float:
    """The scale of the noise that costs a share: epsilon for Laplace, rho for Gaussian noise.

    One person changes the numbers by `most` together.
    """
    return most / share if mechanism == LAPLACE else most * math.sqrt(1 / (2 * share))


# --- how large the noise is -----------------------------------------------------------------------------------------


@cache
def magnitudes(mechanism: str, scale: float) -> tuple[float, ...]:
    """The chance of noise of magnitude 0, 1, 2 and so on, up to where it is next to none."""
    weights = [1.0]
    while weights[-1] > 1e-15 or len(weights) < 2:
        at = len(weights)
        weights.append(math.exp(-at / scale) if mechanism == LAPLACE else math.exp(-(at**2) / (2 * scale**2)))
    both = [weights[0], *(2 * weight for weight in weights[1:])]
    whole = math.fsum(both)
    return tuple(chance / whole for chance in both)


def quantile(mechanism: str, scale: float, chance: float) -> int:
    """The least magnitude that noise exceeds no oftener than in 1 - `chance` of all cases."""
    reached = 0.0
    chances = magnitudes(mechanism, scale)
    for magnitude, likelihood in enumerate(chances):
        reached += likelihood
        if reached >= chance:
            return magnitude
    return len(chances)


@cache
def quantile_of_sum(mechanism: str, scale: float, many: int, chance: float) -> int:
    """`quantile` of the sum of many numbers with noise, by multiplying the transforms of their chances."""
    import numpy as np  # noqa: PLC0415  an extra

    chances = magnitudes(mechanism, scale)
    deviation = math.sqrt(many * math.fsum(at**2 * chance for at, chance in enumerate(chances)))
    # Beyond twelve standard deviations, the probability that wraps around in the circular convolution is negligible.
    size = 1 << math.ceil(math.log2(max(2 * len(chances), 24 * deviation + 2)))
    one = np.zeros(size)
    one[0] = chances[0]
    for at, likelihood in enumerate(chances[1:], start=1):
        one[at] += likelihood / 2
        one[-at] += likelihood / 2
    both = np.fft.irfft(np.fft.rfft(one) ** many, size)
    folded = np.concatenate([both[:1], both[1 : size // 2] + both[: -(size // 2) : -1]])
    # Rounding of the transform is not to make an interval too narrow.
    return int(np.searchsorted(np.cumsum(folded), chance + 1e-12))
