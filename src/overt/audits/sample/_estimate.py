"""Estimate a rate and its confidence interval for the whole register from the reviewers' marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from overt.audits.sample._agreement import ReviewerAgreement, agreement
from overt.audits.sample._draw import Sample, Stratum, read_sample
from overt.audits.sample._marks import Marks, read_marks
from overt.audits.sample._worksheet import MARKS
from overt.refusals import Refusal
from overt.statistics import LEVEL, METHOD, OF_FEW, Coefficient, Count, Interval, interval

ADEQUATE, INADEQUATE, CANNOT_TELL = MARKS


@dataclass(frozen=True)
class Rate:
    """The share of inadequate rows in a frame: the estimate and the limits of its interval.

    `judged` rows of the sample count, `found` of them are inadequate. `share` weights each stratum
    by its part of the frame; it is `None` where some stratum has no judged row.
    """

    judged: int
    found: int
    share: float | None
    interval: Interval

    def as_json(self) -> dict[str, Any]:
        """Counts, share and limits as numbers."""
        low, high = self.interval.shares
        return {
            "judged": self.judged,
            "inadequate": self.found,
            "rate": self.share,
            "low": low,
            "high": high,
            "rows_low": self.interval.low,
            "rows_high": self.interval.high,
            "method": self.interval.method,
        }


@dataclass(frozen=True)
class Reviewer:
    """How often one reviewer used each mark, and the rate by that reviewer's marks alone."""

    name: str
    settles: bool
    used: dict[str, int]
    not_marked: int
    rate: Rate | None


@dataclass(frozen=True)
class Estimate:
    """What the reviewers' marks say of the rows that the sample was drawn from.

    `rate` counts the rows that were judged adequate or inadequate. The other drawn rows, on which
    the reviewers differ, cannot tell, or gave no mark, are taken as adequate in `at_best` and as
    inadequate in `at_worst`. `disagreements` are the keys the reviewers marked differently and
    `unsettled` those of them that nobody has settled; who marked what is not said.
    """

    sample: Sample
    reviewers: tuple[Reviewer, ...]
    rate: Rate
    at_best: Rate
    at_worst: Rate
    strata: tuple[tuple[Stratum, Rate], ...]
    cannot_tell: int
    not_marked: int
    agreements: tuple[ReviewerAgreement, ...]
    disagreements: tuple[str, ...]
    unsettled: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The whole estimate as plain values."""
        sample = self.sample
        return {
            "schema_version": 1,
            "sample": sample.digest,
            "register": sample.register,
            "source_digest": sample.source_digest,
            "table": sample.table,
            "question": sample.question,
            "frame": sample.frame,
            "drawn": len(sample.rows),
            "seed": sample.seed,
            "level": LEVEL,
            "rate": self.rate.as_json(),
            "at_best": self.at_best.as_json(),
            "at_worst": self.at_worst.as_json(),
            "by": list(sample.by),
            "strata": [
                {
                    "values": list(stratum.values),
                    "population": stratum.population,
                    "drawn": stratum.sample,
                    **rate.as_json(),
                }
                for stratum, rate in self.strata
            ],
            "reviewers": [_reviewer_json(reviewer) for reviewer in self.reviewers],
            "cannot_tell": self.cannot_tell,
            "not_marked": self.not_marked,
            "agreements": [_agreement_json(agreement) for agreement in self.agreements],
            "disagreements": list(self.disagreements),
            "unsettled": list(self.unsettled),
        }

    def as_text(self) -> str:
        """Sentences that can be pasted into a report."""
        parts = [_said_of_draw(self.sample), _said_of_closed(self.sample), _said_of_rate(self), _said_of_doubt(self)]
        if self.sample.by:
            parts.append(_said_of_strata(self))
        parts += [_said_of_reviewers(self), *map(_said_of_agreement, self.agreements)]
        if self.unsettled:
            parts.append(f"For a third person to decide ({len(self.unsettled):,}): {', '.join(self.unsettled)}.")
        return "\n\n".join(part for part in parts if part)


def estimate(sample_dir: Path) -> Estimate:
    """The rate of inadequate rows by the marks taken so far, and how far the reviewers agree.

    A row's mark is the one that more than half of the reviewers who marked it gave; where there is
    none, the third person's. The intervals are meant for 95%; each names its method and what that
    holds. Kappa, AC1 and raw agreement speak of the sample and are not weighted. Refuses a sample
    that nobody has marked.
    """
    sample = read_sample(sample_dir)
    everyone = read_marks(sample_dir, sample)
    blind = [reviewer for reviewer in everyone if not reviewer.settles]
    if not blind:
        raise Refusal(
            "not-marked", str(sample_dir), "there are no marks", "the completed worksheet of at least one reviewer"
        )
    settled = _settled(sample, blind, next((reviewer.marks for reviewer in everyone if reviewer.settles), {}))
    marks_by_row = {
        row.key: {reviewer.marks[row.key] for reviewer in blind if row.key in reviewer.marks} for row in sample.rows
    }
    differing = sorted(key for key, marks in marks_by_row.items() if len(marks) > 1)
    return Estimate(
        sample=sample,
        reviewers=tuple(_reviewer(sample, reviewer) for reviewer in everyone),
        rate=rate_by(sample, settled),
        at_best=rate_by(sample, {row.key: _or(settled.get(row.key), ADEQUATE) for row in sample.rows}),
        at_worst=rate_by(sample, {row.key: _or(settled.get(row.key), INADEQUATE) for row in sample.rows}),
        strata=_by_stratum(sample, settled),
        cannot_tell=sum(mark == CANNOT_TELL for mark in settled.values()),
        not_marked=sum(not marks for marks in marks_by_row.values()),
        agreements=tuple(
            agreement((one.reviewer, one.marks), (two.reviewer, two.marks), MARKS, INADEQUATE)
            for one, two in combinations(blind, 2)
        ),
        disagreements=tuple(differing),
        unsettled=tuple(key for key in differing if key not in settled),
    )


def foreseen(frame: int, size: int) -> tuple[float, float]:
    """The 95% limits, as shares, of a rate estimated from `size` of `frame` rows if half of these are inadequate."""
    size = min(size, frame)
    return interval([Count(frame, size, size // 2)]).shares


def foretell(sample: Sample) -> str:
    """What was drawn, and how wide the interval will be where half of the rows turn out inadequate.

    Known before anybody has marked a row, so that a sample too small or cut into too many strata
    can be drawn again in time.
    """
    halves = _weighted([Count(stratum.population, stratum.sample, stratum.sample // 2) for stratum in sample.strata])
    lines = [f"{len(sample.rows):,} of {_rows(sample.frame)} of table {sample.table} drawn, seed {sample.seed}."]
    lines += [note for note in (_said_of_closed(sample),) if note]
    if sample.by:
        lines += [f"- {_name(stratum)}: {stratum.sample:,} of {stratum.population:,}" for stratum in sample.strata]
    if len(sample.rows) < sample.frame:
        low, high = halves.interval.shares
        lines.append(
            f"If about half are inadequate, the 95% interval will be some {100 * (high - low):.0f} points wide."
        )
    return "\n".join(lines)


def _said_of_closed(sample: Sample) -> str:
    """How many rows of the frame belong to closed entries, and how to leave them out; empty where there is none."""
    if not sample.closed:
        return ""
    whose = "are closed entries" if sample.table == "entry" else "belong to closed entries"
    how = """ To leave them out, give --where "status = 'active'".""" if sample.table == "entry" else ""
    return f"{sample.closed:,} of the {_rows(sample.frame)} {whose} and can be drawn.{how}"


def _settled(sample: Sample, blind: Sequence[Marks], third: Mapping[str, str]) -> dict[str, str]:
    """The mark of each row that has one."""
    settled: dict[str, str] = {}
    for row in sample.rows:
        marks = Counter(reviewer.marks[row.key] for reviewer in blind if row.key in reviewer.marks)
        for mark, times in marks.items():
            if 2 * times > marks.total():
                settled[row.key] = mark
        if len(marks) > 1 and row.key not in settled and row.key in third:
            settled[row.key] = third[row.key]
    return settled


def _or(mark: str | None, otherwise: str) -> str:
    return mark if mark in (ADEQUATE, INADEQUATE) else otherwise


def _counts(sample: Sample, marks: Mapping[str, str]) -> list[Count]:
    judged: Counter[int] = Counter()
    found_in: Counter[int] = Counter()
    for row in sample.rows:
        judged[row.stratum] += marks.get(row.key) in (ADEQUATE, INADEQUATE)
        found_in[row.stratum] += marks.get(row.key) == INADEQUATE
    return [Count(stratum.population, judged[number], found_in[number]) for number, stratum in enumerate(sample.strata)]


def rate_by(sample: Sample, marks: Mapping[str, str]) -> Rate:
    """The rate by one mark for each key; a row without a mark, or that cannot be told, does not count."""
    return _weighted(_counts(sample, marks))


def _weighted(counts: Sequence[Count]) -> Rate:
    frame = sum(count.population for count in counts)
    share = None
    if all(count.sample for count in counts):
        share = sum(count.population * count.found / count.sample for count in counts) / frame
    return Rate(sum(count.sample for count in counts), sum(count.found for count in counts), share, interval(counts))


def _by_stratum(sample: Sample, marks: Mapping[str, str]) -> tuple[tuple[Stratum, Rate], ...]:
    rates = [_weighted([count]) for count in _counts(sample, marks)]
    return tuple(zip(sample.strata, rates, strict=True))


def _reviewer(sample: Sample, marks: Marks) -> Reviewer:
    used = Counter(marks.marks.values())
    # The third person sees chosen rows only, so a rate by their marks would say nothing of the register.
    rate = None if marks.settles else rate_by(sample, marks.marks)
    return Reviewer(marks.reviewer, marks.settles, {mark: used[mark] for mark in MARKS}, marks.not_marked, rate)


def _reviewer_json(reviewer: Reviewer) -> dict[str, Any]:
    return {
        "reviewer": reviewer.name,
        "settles": reviewer.settles,
        **{mark.replace(" ", "_"): times for mark, times in reviewer.used.items()},
        "not_marked": reviewer.not_marked,
        "rate": reviewer.rate.as_json() if reviewer.rate else None,
    }


def _agreement_json(agreed: ReviewerAgreement) -> dict[str, Any]:
    return {
        "reviewers": [agreed.first, agreed.second],
        "both_marked": agreed.both,
        "agreed": agreed.agreed,
        "share": agreed.share,
        "share_interval": agreed.share_interval,
        "kappa": agreed.kappa.value,
        "kappa_error": agreed.kappa.error,
        "kappa_interval": agreed.kappa.interval,
        "kappa_without": agreed.kappa.without,
        "ac1": agreed.ac1.value,
        "ac1_interval": agreed.ac1.interval,
        "ac1_without": agreed.ac1.without,
        "prevalence_index": agreed.prevalence_index,
        "bias_index": agreed.bias_index,
        "interval_method": _method(agreed),
    }


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _between(rate: Rate) -> str:
    low, high = rate.interval.shares
    return f"{_percent(low)} to {_percent(high)}"


def _estimated(rate: Rate) -> str:
    return "not known" if rate.share is None else f"{_percent(rate.share)} ({_between(rate)})"


def _name(stratum: Stratum) -> str:
    return ", ".join("no value" if value is None else value for value in stratum.values) or "all"


def _rows(number: int) -> str:
    return f"{number:,} row" if number == 1 else f"{number:,} rows"


def _said_of_draw(sample: Sample) -> str:
    chosen = f" where {sample.where}" if sample.where else ""
    whole = "All" if len(sample.rows) == sample.frame else f"A random sample of {len(sample.rows):,} of the"
    by = f", stratified by {' and '.join(sample.by)}" if sample.by else ""
    register = f" of {sample.register}" if sample.register else ""
    return (
        f"{whole} {_rows(sample.frame)} of table {sample.table}{register}{chosen} "
        f"({'seed ' + str(sample.seed) if whole != 'All' else 'complete'}{by}) was reviewed against the question: "
        f"“{sample.question}”"
    )


def _said_of_rate(estimate: Estimate) -> str:
    rate = estimate.rate
    if rate.share is None:
        return (
            f"{rate.found:,} of the {rate.judged:,} judged rows are inadequate. No rate can be given for the register, "
            f"because a stratum has no judged row; it may be anything from {_between(rate)} (95% confidence)."
        )
    return (
        f"{rate.found:,} of the {rate.judged:,} judged rows are inadequate. The estimated rate of inadequate rows is "
        f"{_percent(rate.share)} (95% interval {_between(rate)}): between {rate.interval.low:,} and "
        f"{rate.interval.high:,} of {_rows(rate.interval.population)}. Method: {rate.interval.method}."
    )


def _said_of_doubt(estimate: Estimate) -> str:
    open_rows = len(estimate.sample.rows) - estimate.rate.judged
    if not open_rows:
        return "Every drawn row was judged adequate or inadequate."
    return (
        f"{_rows(open_rows)} of the sample are not in the estimate: {estimate.cannot_tell:,} marked “cannot tell”, "
        f"{len(estimate.unsettled):,} where reviewers disagree, {estimate.not_marked:,} not marked. "
        f"The rate assumes they are like the rest. If all of them were adequate, it would be "
        f"{_estimated(estimate.at_best)}; if all were inadequate, {_estimated(estimate.at_worst)}."
    )


def _said_of_strata(estimate: Estimate) -> str:
    lines = [f"By {' and '.join(estimate.sample.by)} (each with its own 95% interval):"]
    for stratum, rate in estimate.strata:
        judged = f"{rate.found:,} of {rate.judged:,} judged, of {_rows(stratum.population)}"
        lines.append(f"- {_name(stratum)}: {judged}: {_estimated(rate)}")
    return "\n".join(lines)


def _said_of_reviewers(estimate: Estimate) -> str:
    lines = []
    for reviewer in estimate.reviewers:
        used = ", ".join(f"{times:,} {mark}" for mark, times in reviewer.used.items())
        role = " (settles)" if reviewer.settles else ""
        rate = f"; rate {_estimated(reviewer.rate)}" if reviewer.rate else ""
        lines.append(f"Reviewer {reviewer.name}{role}: {used}, {reviewer.not_marked:,} not marked{rate}.")
    return "\n".join(lines)


def _said_of_agreement(agreed: ReviewerAgreement) -> str:
    who = f"Reviewers {agreed.first} and {agreed.second}"
    if agreed.share is None or agreed.share_interval is None or agreed.prevalence_index is None:
        return f"{who} marked no row in common."
    low, high = agreed.share_interval
    sentence = (
        f"{who} gave the same mark to {agreed.agreed:,} of the {agreed.both:,} rows that both marked "
        f"({_percent(agreed.share)}; 95% interval {_percent(low)} to {_percent(high)})."
    )
    lines = [
        sentence,
        _said_of_coefficient("Cohen's kappa", agreed.kappa),
        _said_of_coefficient("Gwet's AC1", agreed.ac1),
        f"For the mark “{INADEQUATE}” the prevalence index is {agreed.prevalence_index:.2f} and the bias index "
        f"{agreed.bias_index:.2f}; a prevalence index near 1 makes kappa low, AC1 much less.",
    ]
    if agreed.kappa.interval or agreed.ac1.interval:
        lines.append(f"Method of the intervals of kappa and AC1: {_method(agreed)}.")
    return " ".join(lines)


def _method(agreed: ReviewerAgreement) -> str:
    return f"{METHOD}; {OF_FEW}" if agreed.ac1.of_few else METHOD


def _said_of_coefficient(name: str, coefficient: Coefficient) -> str:
    if coefficient.value is None:
        return f"{name} is not defined: {coefficient.without}."
    if coefficient.interval is None:
        return f"{name} is {coefficient.value:.2f}; {coefficient.without}."
    low, high = coefficient.interval
    claimed = "interval, usually of more than 95%," if coefficient.of_few else "95% interval"
    return f"{name} is {coefficient.value:.2f} ({claimed} {low:.2f} to {high:.2f})."
