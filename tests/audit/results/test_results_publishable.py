"""Disclosure control: nothing small is shown, and nothing small can be worked out from what is."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.audits.results import FigureMark, results, show
from overt.audits.results._figures import Figure
from overt.audits.results._publishable import protect, rounded
from overt.controls import Basis, LawCount, Verdict

LEAST = 6


def seen(figure: Figure) -> tuple[str, bool]:
    """A figure as its reader sees it."""
    return str(figure), figure.nearly_all


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (8, 10), (9, 10), (12, 10), (13, 15), (563, 565), (1_000, 1_000)])
def test_rounds_to_the_nearest_five(count: int, shown: int) -> None:
    """Zero stays zero."""
    assert rounded(count) == shown
    assert protect(count, [])[0] == Figure(FigureMark.ROUNDED, shown)


@pytest.mark.parametrize("count", range(1, 8))
def test_suppresses_one_to_seven(count: int) -> None:
    """As a total and as a part."""
    assert protect(count, [])[0] == Figure(FigureMark.SUPPRESSED)
    assert protect(500, [count])[1] == [Figure(FigureMark.SUPPRESSED)]


def test_nothing_small_can_be_worked_out_of_one_finding() -> None:
    """Every register of up to 60 rows a part: whatever is shown, a part that may be small has six values or more."""
    behind = defaultdict(set)
    most = 61
    for breached in range(most):
        for unknown in range(most):
            for quiet in range(most):
                examined, parts = protect(breached + unknown + quiet, [breached, unknown])
                if (examined.value or 0) < most:
                    behind[tuple(map(seen, (examined, *parts)))].add((breached, unknown, quiet))
    assert len(behind) > 100
    for shown, registers in behind.items():
        for place in range(3):
            values = {register[place] for register in registers}
            if values & set(range(1, 8)):
                assert len(values) >= LEAST, (shown, place, values)


@pytest.mark.parametrize(
    ("breached", "unknown", "quiet", "shown"),
    [
        (131, 12, 420, ("565", "130", "10")),
        (3, 0, 560, ("565", "*", "0")),
        (500, 3, 60, ("565", "500", "*")),
        (560, 0, 3, ("565", "*", "0")),
        (557, 3, 3, ("565", "*", "*")),
        (300, 260, 3, ("565", "300", "*")),
        (563, 0, 0, ("565", "565", "0")),
        (0, 0, 5, ("*", "0", "0")),
        (2, 1, 2, ("*", "*", "*")),
        (0, 0, 0, ("0", "0", "0")),
    ],
)
def test_withholds_what_stands_beside_a_small_rest(
    breached: int, unknown: int, quiet: int, shown: tuple[str, str, str]
) -> None:
    """Quiet rows are not shown, and cannot be had by subtraction when they are few."""
    examined, parts = protect(breached + unknown + quiet, [breached, unknown])
    assert (str(examined), *map(str, parts)) == shown


def test_says_so_when_nearly_all_breach(make: Any) -> None:
    """560 of 563 must not read as if it were a few."""
    run = make.make_run(make.breach(1, breached=560, examined=563), publishable=True)
    finding = json.loads(results(show(run))["findings.json"])["findings"][0]
    assert finding["breached"] is None
    assert "all but fewer than 15 of about 565 items" in finding["sentence"]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_cells_never_leave_a_small_rest(cells: list[int]) -> None:
    """However many cells are shown, what they leave is nothing or cannot be 1 to 7."""
    ordered = sorted(cells, reverse=True)
    total, figures = protect(sum(ordered), ordered)
    shown = [(figure.value, cell) for figure, cell in zip(figures, ordered, strict=True) if figure.value]
    assert all(cell >= 8 for _, cell in shown)
    rest = sum(ordered) - sum(cell for _, cell in shown)
    if rest and total.value is not None and shown:
        assert total.value - sum(value for value, _ in shown) - 2 * (len(shown) + 1) >= 8


def test_no_key_no_evidence_no_fingerprint_in_any_file(runs: Any, make: Any) -> None:
    """Nothing that names a row leaves the house."""
    run = runs["publishable"]()
    files = results(show(replace(run, acceptances=make.ACCEPTANCES)))
    assert not [name for name in files if name.startswith("evidence/")]
    keys = {key for finding in run.findings for key in finding.keys}
    digests = {finding.digest for finding in run.findings if finding.breached}
    for name, content in files.items():
        words = set(re.findall(r"[A-Za-z0-9]+", content.decode()))
        assert not words & keys, name
        assert not words & digests, name
        assert "Data protection officer" not in content.decode(), name


def test_every_number_about_rows_is_a_multiple_of_five(runs: Any) -> None:
    """In each file that a machine reads, whatever place it stands in."""
    files = results(show(runs["publishable"]()))
    document = json.loads(files["findings.json"])
    counts = [each for finding in document["findings"] for each in counts_in(finding)]
    counts += list(document["run"]["rows"].values())
    counts += [fill[name] for fill in document["run"]["fills"] for name in ("rows", "filled")]
    counts += [result.get("occurrenceCount", 0) for result in json.loads(files["findings.sarif"])["runs"][0]["results"]]
    assert len(counts) > 100
    assert [count for count in counts if count is not None and count % 5] == []


def counts_in(finding: dict[str, Any]) -> list[int | None]:
    """Every count of a finding."""
    cells = [*finding["law"], *finding["by_month"], *finding["by_unit"]]
    return [
        *(finding[name] for name in ("examined", "breached", "unknown", "accepted")),
        *(c["breached"] for c in cells),
    ]


def test_suppressed_is_null_with_a_mark_and_not_zero(make: Any) -> None:
    """In JSON null and `suppressed`, in CSV and the report `*`."""
    run = make.make_run(make.breach(1, breached=3), publishable=True)
    files = results(show(run))
    finding = json.loads(files["findings.json"])["findings"][0]
    assert (finding["breached"], finding["marks"]["breached"], finding["suppressed"]) == (None, "suppressed", True)
    assert (finding["unknown"], finding["marks"]["unknown"]) == (0, "rounded")
    assert finding["by_month"] == finding["by_unit"] == []
    assert ",565,*,0,0," in files["findings.csv"].decode()
    assert "<dd>*</dd>" in files["report.html"].decode()


def test_four_values_have_four_marks(make: Any) -> None:
    """Suppressed, unknown, zero and not asked are never shown as one another."""
    run = make.make_run(make.breach(1, breached=3), make.met(2), make.unanswered(3), make.broken(6), publishable=True)
    lines = results(show(run))["findings.csv"].decode().splitlines()[1:]
    assert [line.split(",")[7] for line in lines] == ["*", "0", "not asked", "not known"]


def test_percentages_only_on_a_hundred_rows_or_more(make: Any) -> None:
    """And from the rounded figures."""
    large, small = (make.breach(1, breached=17, examined=size) for size in (102, 80))
    shown = show(make.make_run(large, replace(small, control=make.control(2)), publishable=True)).findings
    assert shown[0].share == pytest.approx(0.15)
    assert shown[1].share is None
    page = results(show(make.make_run(small, publishable=True, fills=())))["report.html"].decode()
    assert not re.search(r"[0-9a-z] \([0-9.]+%\)", page)


def test_law_that_splits_off_a_few_rows_shows_no_counts(make: Any) -> None:
    """Periods that overlap could be subtracted from one another; those that do not are parts like any other."""
    always, old = Basis("Always"), make.control(1).basis[0]
    overlap = make.breach(1, breached=100, law=(LawCount(always, 100), LawCount(old, 95)))
    law = show(make.make_run(overlap, publishable=True)).findings[0].law
    assert [str(each.breached) for each in law] == ["*", "*"]
    apart = make.breach(1, breached=131)
    law = show(make.make_run(apart, publishable=True)).findings[0].law
    assert [str(each.breached) for each in law] == ["45", "90"]
    few = make.breach(
        1, breached=100, law=(LawCount(make.control(1).basis[0], 3), LawCount(make.control(1).basis[1], 97))
    )
    law = show(make.make_run(few, publishable=True)).findings[0].law
    assert [str(each.breached) for each in law] == ["*", "*"]


def test_the_words_of_an_error_are_not_published(make: Any) -> None:
    """An engine may quote the value it stumbled on."""
    failed = make.broken(6, reason="Could not convert string 'John Smith' to INT32")
    for content in results(show(make.make_run(failed, publishable=True))).values():
        assert b"Smith" not in content


def test_accepted_breaches_are_parts_of_the_breaches(make: Any) -> None:
    """Neither the accepted nor the open ones can be told when they are few."""
    for accepted, shown in ((0, "0"), (3, "*"), (60, "60"), (128, "*"), (131, "130")):
        run = make.make_run(make.breach(1, accepted=accepted), publishable=True)
        assert str(show(run).findings[0].accepted) == shown


def test_a_verdict_is_never_hidden(runs: Any) -> None:
    """What is withheld is how many, not whether."""
    run = runs["publishable"]()
    assert [each.verdict for each in show(run).findings] == [finding.verdict for finding in run.findings]
    breached = [each for each in show(run).findings if each.verdict is Verdict.BREACHED]
    assert all(each.breached.is_some for each in breached)
