"""Two reviewers of one sample, over the rows that both marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from overt.statistics import Coefficient, ac1, agreement_indices, binomial_limits, kappa


@dataclass(frozen=True)
class ReviewerAgreement:
    """Two reviewers over the rows that both marked; `agreed` of them with the same mark.

    The indices are those of T. Byrt, J. Bishop and J. B. Carlin (Journal of Clinical Epidemiology 46
    (1993) 423-429) for one mark against all others: `prevalence_index` is how far the rows to which
    both gave it and those to which neither did differ in number, `bias_index` how far the rows to
    which only one gave it do, both as shares of all rows. A large prevalence index makes kappa low.
    """

    first: str
    second: str
    both: int
    agreed: int
    kappa: Coefficient
    ac1: Coefficient
    prevalence_index: float | None
    bias_index: float | None

    @property
    def share(self) -> float | None:
        """The raw share of rows on which they agree."""
        return self.agreed / self.both if self.both else None

    @property
    def share_interval(self) -> tuple[float, float] | None:
        """The exact binomial limits of that share."""
        return binomial_limits(self.agreed, self.both) if self.both else None


def agreement(
    first: tuple[str, Mapping[str, str]],
    second: tuple[str, Mapping[str, str]],
    categories: Sequence[str],
    sought: str,
) -> ReviewerAgreement:
    """The agreement of two reviewers, each a name and marks by key, over the keys that both marked.

    `sought` is the category that the indices are about.
    """
    (name, marks), (other_name, other_marks) = first, second
    both = sorted(marks.keys() & other_marks.keys())
    place = {category: number for number, category in enumerate(categories)}
    table = [[0] * len(categories) for _ in categories]
    for key in both:
        table[place[marks[key]]][place[other_marks[key]]] += 1
    agreed = sum(table[place][place] for place in range(len(categories)))
    return ReviewerAgreement(
        name, other_name, len(both), agreed, kappa(table), ac1(table), *agreement_indices(table, place[sought])
    )  # fmt: skip
