"""What a reader of the ledger is told of a new version."""

from __future__ import annotations

from pathlib import Path

from overt.charter import charter_news

FILES = sorted((Path(__file__).resolve().parents[2] / "examples" / "alpha" / "charters").glob("*.toml"))
OLD, NEW = (path.read_bytes() for path in FILES)


def test_growth_is_told_with_the_day_it_takes_effect() -> None:
    """The categories before and after stand first: that is what people ask."""
    (line,) = charter_news(OLD, NEW, "2.toml")
    assert line.startswith("the charter changed: categories 16 → 34, ")
    assert line.endswith("; in force from 2021-07-28")


def test_first_charter_is_told_as_it_begins() -> None:
    """There is nothing to compare it with."""
    assert charter_news(None, OLD, "1.toml") == ["the charter: version 1, categories 16; in force from 2020-09-03"]


def test_what_is_no_charter_stops_nobody() -> None:
    """Of a document of another format there is nothing to tell, and it does not stop the watcher."""
    assert charter_news(OLD, b"\xff", "3.toml") == []
