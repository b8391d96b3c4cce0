"""The forms of an answer: JSON for scripts, words without a cause, a page that stands alone, plots without colour."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from overt.disparities import Disparity, as_csv, as_json, as_text, write_report
from tests.disparity.conftest import Ask, population

_CAUSES = re.compile(
    r"\b(because|caus\w*|due to(?! chance)|leads? to|therefore|drives?|driven|discriminat\w*|bias\w*|racis\w*"
    r"|unfair\w*)\b",
    re.IGNORECASE,
)


@pytest.fixture
def found(ask: Ask, tmp_path: Path) -> Disparity:
    """Stops over half a year with a gap, missing groups, a small count, and two populations."""
    days = ["2026-01-05", "2026-02-05", "2026-04-05", "2026-05-05"]
    groups = ["White"] * 30 + ["Black"] * 20 + ["Asian"] * 2 + [""] * 9
    rows = [
        {"encounter_id": f"c{n}-{day}", "occurred_on": day, "ethnicity_self_group": group, "no_further_action": "true"}
        for day in days
        for n, group in enumerate(groups)
    ]
    one = population(tmp_path / "a.csv", {"White": 9000, "Black": 1000, "Asian": 800, "Mixed": 100})
    two = population(tmp_path / "b.csv", {"White": 60, "Black": 90, "Asian": 70}, name="<suspects>")
    return ask(
        {"encounter": rows}, measure="encounters", by=("ethnicity_self_group",), populations=(one, two), trend="month"
    )


def test_json_has_what_scripts_read(found: Disparity) -> None:
    """The names that the issue gives, with the figures of the population named first."""
    body = json.loads(json.dumps(as_json(found)))
    assert {"measure", "rows", "missing", "bounds"} <= set(body)
    names = ["group", "count", "population", "rate_per_1000", "relative_rate", "low", "high", "method"]
    assert [list(row)[:8] for row in body["rows"]] == [names] * 4
    black = next(row for row in body["rows"] if row["group"] == "Black")
    assert (black["count"], black["population"], black["rate_per_1000"]) == (80, 1000, 80.0)
    assert black["relative_rate"] == pytest.approx(6.0)
    assert black["low"] < 6 < black["high"]
    assert (body["missing"]["count"], body["missing"]["total"]) == (36, 244)
    assert {bound["group"] for bound in body["bounds"]} == {"White", "Black", "Asian", "Mixed"}
    assert [each["population"] for each in body["benchmarks"]] == ["residents", "<suspects>"]


def test_csv_has_a_line_for_every_group_population_and_period(found: Disparity) -> None:
    """And one for the gap, which has no figure."""
    lines = list(csv.DictReader(io.StringIO(as_csv(found).decode())))
    gaps = [line for line in lines if line["submitted"] == "not submitted"]
    assert [(line["period"], line["count"]) for line in gaps] == [("2026-03", "")]
    assert len({line["population"] for line in lines if line["period"] == ""}) == 2


def test_bounds_are_shown_where_more_than_a_twentieth_is_missing(found: Disparity) -> None:
    """In the text beside each figure, and in the words."""
    text = as_text(found)
    assert "bounds for missing data" in text
    assert "The group is not known for 36 of 244 in scope (14.8%)" in text


def test_words_give_no_cause_and_no_verdict(found: Disparity) -> None:
    """What is generated describes differences, and states that it does not explain them."""
    narrative = as_json(found)["narrative"]
    assert not [line for line in narrative if _CAUSES.search(line)]
    assert "They do not explain the differences" in narrative[-1]


def test_an_interval_that_holds_one_is_said_to(ask: Ask, tmp_path: Path) -> None:
    """A ratio that chance could have made is not told as a difference."""
    rows = [{"encounter_id": f"c{n}", "ethnicity_self_group": g} for n, g in enumerate(["White"] * 12 + ["Black"] * 14)]
    people = population(tmp_path / "p.csv", {"White": 1000, "Black": 1000})
    found = ask({"encounter": rows}, measure="encounters", by=("ethnicity_self_group",), populations=(people,))
    assert "The interval includes 1" in as_text(found)


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_page_stands_alone(found: Disparity, tmp_path: Path) -> None:
    """No script, nothing fetched, names escaped, under 100 kB."""
    write_report(found, tmp_path / "out")
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    tags = _Page(text).tags
    assert not [tag for tag, _ in tags if tag in ("script", "img", "iframe", "object")]
    links = [value for _, attributes in tags for name, value in attributes.items() if name in ("href", "src")]
    assert all(value and value.startswith(("#", "data:,")) for value in links)
    assert "<suspects>" not in text
    assert "SYNTHETIC" in text
    assert len(text.encode()) < 100_000


def test_plots_need_no_colour(found: Disparity, tmp_path: Path) -> None:
    """Two populations have two shapes, small counts an open mark, a gap its word; each plot has a title and a text."""
    write_report(found, tmp_path / "out")
    drawn = sorted((tmp_path / "out" / "plots").glob("*.svg"))
    roots = {path.name: ElementTree.fromstring(path.read_bytes()) for path in drawn}  # noqa: S314  # our own
    space = "{http://www.w3.org/2000/svg}"
    ratios = roots["disparity-ratios-0.svg"]
    marks = {(path.get("class"), path.get("d")) for path in ratios.iter(f"{space}path")}
    assert len({shape for _, shape in marks}) == 2
    assert {kind for kind, _ in marks} == {"dis-dot", "dis-open"}
    assert all(
        root.find(f"{space}title") is not None and root.find(f"{space}desc") is not None for root in roots.values()
    )
    trend = roots["disparity-trend-0.svg"]
    assert any(text.text == "gap" for text in trend.iter(f"{space}text"))


def test_the_same_answer_gives_the_same_bytes(found: Disparity, tmp_path: Path) -> None:
    """Every file of two folders."""
    one, two = (write_report(found, tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
