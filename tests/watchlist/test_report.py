"""The report stands alone, shows what is measured, and cannot be made to run anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from overt.watchlists import CorpusOptions, Trial, TrialRequest, account, try_list, write_trial
from overt.watchlists._report import report, verdict_page
from tests.watchlist.conftest import ROWS, listed, write_csv

Tried = Callable[..., Trial]
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


class Tags(HTMLParser):
    """Which tags and attributes a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def pages(made: Any) -> Iterator[str]:
    """Both pages."""
    yield report(made).decode()
    yield verdict_page(made).decode()


def test_nothing_in_a_page_runs_or_is_fetched(tried: Tried) -> None:
    """Also when a term of the list tries to."""
    for page in pages(account(tried("drill", HOSTILE))):
        tags = Tags()
        tags.feed(page)
        assert not tags.tags & {"script", "img", "iframe", "object", "form"}
        assert not any(name.startswith("on") for name in tags.attributes)
        assert re.findall(r"(?:href|src)=\"(?!#|data:,)[^\"]*\"", page) == []


def test_terms_stand_under_a_content_warning(tried: Tried) -> None:
    """Unless they are masked."""
    assert "Content warning" in report(account(tried("drill"))).decode()
    masked = report(account(tried("drill"), masked=True)).decode()
    assert "Content warning" not in masked
    assert "d••••" in masked


def test_the_wrong_warnings_are_drawn_and_told(tmp_path: Path) -> None:
    """A thousand marks, in words that make sense alone."""
    path = write_csv(tmp_path / "c.csv", [row[:2] for row in ROWS * 7], ("text", "label"))
    options = CorpusOptions((path,), "text", "label", {}, positive=("threat",))
    page = report(account(try_list(TrialRequest(listed("drill", "shank"), options)))).decode()
    assert page.count("One thousand alerts, of which") == 3
    assert "of 1,000 false</b>" in page


def test_identity_words_are_named(tried: Tried) -> None:
    """They are the first thing to ask about."""
    page = report(account(tried("muslims", "drill"))).decode()
    assert re.search(r"Plain identity words</h3>.*?<bdi>muslims</bdi>", page, re.S)


def test_a_list_with_a_threshold_has_no_curve(tried: Tried) -> None:
    """And the page says why."""
    assert "Not measured: the list uses a threshold" in report(account(tried("drill", threshold=2.0))).decode()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 960])
@pytest.mark.parametrize("name", ["report.html", "verdict.html"])
def test_a_page_fits_its_width(browser: Any, tried: Tried, tmp_path: Path, width: int, name: str) -> None:
    """Nothing sticks out, on a phone or on a desk."""
    write_trial(account(tried("drill", "shank", "averyveryverylongtermwithoutanyplacetobreak" * 5)), tmp_path / "out")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((tmp_path / "out" / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.browser
def test_the_verdict_prints_on_one_page(browser: Any, tried: Tried, tmp_path: Path) -> None:
    """A4."""
    pypdf = pytest.importorskip("pypdf")
    write_trial(account(tried("drill", "shank", "muslim")), tmp_path / "out")
    page = browser.new_page()
    page.goto((tmp_path / "out" / "verdict.html").as_uri())
    page.pdf(path=str(tmp_path / "verdict.pdf"), prefer_css_page_size=True)
    page.close()
    assert len(pypdf.PdfReader(tmp_path / "verdict.pdf").pages) == 1
