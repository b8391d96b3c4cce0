"""From two reviewers' marks to a rate, its interval and their agreement."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import duckdb
import pytest
from scipy import stats

from overt.audits.sample._draw import draw, read_sample
from overt.audits.sample._estimate import Estimate, estimate, rate_by
from overt.audits.sample._marks import mark, write_unsettled
from overt.audits.sample._worksheet import write_sample
from overt.refusals import Refusal


def sampled(tmp_path: Path, *, rows: int = 1000, size: int = 100, by: tuple[str, ...] = ()) -> Path:
    """A sample of a synthetic register in which seven entries of ten are Hackney's."""
    connection = duckdb.connect()
    connection.execute(
        "create table entry as select format('E{:05}', range) as entry_id, "
        "case when range % 10 < 7 then 'Hackney' else 'Brent' end as unit, "
        f"date '2024-01-01' as opened_on from range({rows})"
    )
    sample = draw(
        connection, table="entry", question="Are these grounds adequate?", size=size, seed=7, strata=by, register="R"
    )
    write_sample(sample, tmp_path / "sample")
    return tmp_path / "sample"


def take(folder: Path, reviewer: str, marks: dict[str, str], *, settles: bool = False, sheet: str = "sample") -> None:
    """Marks by key, taken in through a filled CSV worksheet."""
    lines = list(csv.reader(io.StringIO((folder / f"{sheet}.csv").read_text("utf-8-sig"), newline="")))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([lines[0], *([*line[:-2], marks.get(line[0], ""), ""] for line in lines[1:])])
    filled = folder.parent / f"{reviewer}.csv"
    filled.write_text(text.getvalue(), newline="")
    mark(folder, reviewer, filled, settles=settles)


def marked(folder: Path, *, inadequate: int, cannot: int = 0, unmarked: int = 0) -> dict[str, str]:
    """The first rows inadequate, the next not told, the last not marked, the others adequate."""
    keys = [row.key for row in read_sample(folder).rows]
    marks = dict.fromkeys(keys[:inadequate], "inadequate")
    marks |= dict.fromkeys(keys[inadequate : inadequate + cannot], "cannot tell")
    rest = keys[inadequate + cannot : len(keys) - unmarked]
    return marks | dict.fromkeys(rest, "adequate")


def test_rate_of_one_reviewer_has_the_exact_interval(tmp_path: Path) -> None:
    """31 of 100 drawn from 1,000: the hypergeometric limits, within the binomial ones."""
    folder = sampled(tmp_path)
    take(folder, "A", marked(folder, inadequate=31))
    found = estimate(folder)
    assert (found.rate.share, found.rate.judged, found.rate.found) == (0.31, 100, 31)
    low, high = found.rate.interval.low, found.rate.interval.high
    assert stats.hypergeom.sf(30, 1000, low, 100) > 0.025 >= stats.hypergeom.sf(30, 1000, low - 1, 100)
    assert stats.hypergeom.cdf(31, 1000, high, 100) > 0.025 >= stats.hypergeom.cdf(31, 1000, high + 1, 100)
    binomial = stats.binomtest(31, 100).proportion_ci(0.95, method="exact")
    assert binomial.low < low / 1000 < high / 1000 < binomial.high
    assert found.agreements == ()


def test_rate_weights_each_stratum_by_its_part_of_the_frame(tmp_path: Path) -> None:
    """Rows that no one could judge do not shift the weight from one unit to another."""
    folder = sampled(tmp_path, by=("unit",))
    sample = read_sample(folder)
    brent = [row.key for row in sample.rows if row.stratum == 0]
    hackney = [row.key for row in sample.rows if row.stratum == 1]
    marks = dict.fromkeys(brent[:10], "inadequate") | dict.fromkeys(brent[10:20], "adequate")
    marks |= dict.fromkeys(hackney[:7], "inadequate") | dict.fromkeys(hackney[7:], "adequate")
    take(folder, "A", marks)
    found = estimate(folder)
    assert found.rate.share == pytest.approx(0.3 * 10 / 20 + 0.7 * 7 / 70)
    assert [(each.values, rate.found, rate.judged) for each, rate in found.strata] == [
        (("Brent",), 10, 20),
        (("Hackney",), 7, 70),
    ]
    assert found.not_marked == 10
    assert found.rate.interval.method.startswith("stratified survey variance")


def test_undecided_rows_count_both_ways(tmp_path: Path) -> None:
    """Cannot tell and not marked: the best and the worst case are stated beside the rate."""
    folder = sampled(tmp_path)
    take(folder, "A", marked(folder, inadequate=20, cannot=8, unmarked=2))
    found = estimate(folder)
    assert found.rate.share == pytest.approx(20 / 90)
    assert (found.at_best.share, found.at_worst.share) == (0.20, 0.30)
    assert found.at_best.interval.low <= found.rate.interval.low
    assert found.at_worst.interval.high >= found.rate.interval.high
    assert (found.cannot_tell, found.not_marked, found.unsettled) == (8, 2, ())


def two_reviewers(tmp_path: Path) -> tuple[Path, list[str]]:
    """A finds 30 of 100 inadequate, B the same but for six rows that B finds adequate."""
    folder = sampled(tmp_path)
    marks = marked(folder, inadequate=30)
    keys = [row.key for row in read_sample(folder).rows]
    take(folder, "A", marks)
    take(folder, "B", marks | dict.fromkeys(keys[:6], "adequate"))
    return folder, keys


def test_two_reviewers_agreement_is_given_raw_and_as_kappa(tmp_path: Path) -> None:
    """94 of 100 alike; kappa by hand: (0.94 - (0.3*0.24 + 0.7*0.76)) / (1 - that)."""
    folder, keys = two_reviewers(tmp_path)
    found = estimate(folder)
    (agreed,) = found.agreements
    chance = 0.3 * 0.24 + 0.7 * 0.76
    assert (agreed.agreed, agreed.both) == (94, 100)
    assert agreed.kappa.value == pytest.approx((0.94 - chance) / (1 - chance))
    assert found.disagreements == found.unsettled == tuple(sorted(keys[:6]))
    assert (found.rate.judged, found.rate.found) == (94, 24)
    assert (found.at_best.share, found.at_worst.share) == (0.24, 0.30)


def test_third_person_settles_only_where_the_reviewers_differ(tmp_path: Path) -> None:
    """The third sheet holds those rows without marks; the third's marks on other rows would change nothing."""
    folder, keys = two_reviewers(tmp_path)
    paths = write_unsettled(folder, set(estimate(folder).unsettled))
    assert [path.name for path in paths] == ["unsettled.csv", "unsettled.xlsx"]
    lines = list(csv.reader(io.StringIO(paths[0].read_text("utf-8-sig"), newline="")))
    assert sorted(line[0] for line in lines[1:]) == sorted(keys[:6])
    assert not any(line[-2] for line in lines[1:])
    take(folder, "C", dict.fromkeys(keys[:4], "inadequate") | {keys[4]: "cannot tell"}, settles=True, sheet="unsettled")
    found = estimate(folder)
    assert (found.rate.judged, found.rate.found) == (98, 28)
    assert (found.cannot_tell, found.unsettled) == (1, (keys[5],))
    assert len(found.disagreements) == 6
    assert len(found.agreements) == 1
    assert [(each.name, each.settles, each.rate is None) for each in found.reviewers] == [
        ("A", False, False),
        ("B", False, False),
        ("C", True, True),
    ]


def test_third_person_needs_two_reviewers(tmp_path: Path) -> None:
    """There is nothing to settle before two have marked."""
    folder = sampled(tmp_path)
    take(folder, "A", marked(folder, inadequate=3))
    with pytest.raises(Refusal, match="nothing-to-settle"):
        take(folder, "C", {}, settles=True)


def test_three_reviewers_go_by_the_majority(tmp_path: Path) -> None:
    """A row's mark is what more than half of those who marked it say."""
    folder, keys = two_reviewers(tmp_path)
    take(folder, "D", marked(folder, inadequate=30) | {keys[0]: "cannot tell"})
    found = estimate(folder)
    assert found.unsettled == (keys[0],)
    assert found.rate.found == 29
    assert len(found.agreements) == 3


def test_estimate_refuses_a_sample_nobody_has_marked(tmp_path: Path) -> None:
    """No marks, no rate."""
    with pytest.raises(Refusal, match="not-marked"):
        estimate(sampled(tmp_path))


def test_estimate_without_one_judged_row_claims_nothing(tmp_path: Path) -> None:
    """All rows in doubt leave anything possible."""
    folder = sampled(tmp_path)
    take(folder, "A", marked(folder, inadequate=0, cannot=100))
    found = estimate(folder)
    assert found.rate.share is None
    assert (found.rate.interval.low, found.rate.interval.high) == (0, 1000)
    assert (found.at_best.share, found.at_worst.share) == (0, 1)
    assert "No rate can be given" in found.as_text()


def test_text_says_it_in_sentences(tmp_path: Path) -> None:
    """What an inspector pastes: what was drawn, the rate, the doubt, the agreement, what is left to settle."""
    folder, keys = two_reviewers(tmp_path)
    low, high = estimate(folder).rate.interval.shares
    text = estimate(folder).as_text()
    assert text.startswith(
        "A random sample of 100 of the 1,000 rows of table entry of R (seed 7) was reviewed against the question: "
        "“Are these grounds adequate?”"
    )
    assert (
        "24 of the 94 judged rows are inadequate. The estimated rate of inadequate rows is 25.5% "
        f"(95% interval {100 * low:.1f}% to {100 * high:.1f}%)"
    ) in text
    assert "6 rows of the sample are not in the estimate: 0 marked “cannot tell”, 6 where reviewers disagree" in text
    assert "gave the same mark to 94 of the 100 rows that both marked (94.0%; 95% interval 87.4% to 97.8%)" in text
    assert re.search(r"Cohen's kappa is 0\.85 \(95% interval 0\.\d\d to 0\.9\d\)\.", text)
    assert re.search(r"Gwet's AC1 is 0\.90 \(95% interval 0\.8\d to 0\.9\d\)\.", text)
    assert "the prevalence index is 0.46 and the bias index 0.06" in text
    assert text.endswith(f"For a third person to decide (6): {', '.join(sorted(keys[:6]))}.")


def test_json_says_the_same_as_the_dataclass(tmp_path: Path) -> None:
    """Numbers as numbers, under stable names."""
    folder = sampled(tmp_path, by=("unit",))
    take(folder, "A", marked(folder, inadequate=10, cannot=5))
    found: Estimate = estimate(folder)
    body = found.as_json()
    assert body["rate"]["rate"] == found.rate.share
    assert body["rate"]["rows_high"] == found.rate.interval.high
    assert [each["drawn"] for each in body["strata"]] == [30, 70]
    assert body["reviewers"][0]["cannot_tell"] == 5
    assert (body["frame"], body["drawn"], body["level"]) == (1000, 100, 0.95)


def test_estimates_cover_the_truth_over_many_seeds(tmp_path: Path) -> None:
    """Draws with 200 seeds from a register with a known rate: the interval holds it at least 95 times in 100."""
    connection = duckdb.connect()
    connection.execute(
        "create table entry as select format('E{:04}', range) as entry_id, "
        "case when range % 10 < 7 then 'H' else 'B' end as unit from range(400)"
    )
    bad = {f"E{number:04}" for number in range(400) if number % 7 == 0}

    held = 0
    for seed in range(200):
        sample = draw(connection, table="entry", question="?", size=40, seed=seed, strata=("unit",))
        marks = {row.key: "inadequate" if row.key in bad else "adequate" for row in sample.rows}
        limits = rate_by(sample, marks).interval
        held += limits.low <= len(bad) <= limits.high
    assert held >= 190
