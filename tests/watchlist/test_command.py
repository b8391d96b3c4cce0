"""`overt watchlist test` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from overt.cli._app import command_line
from overt.refusals import Refusal
from tests.watchlist.conftest import ROWS, write_csv

APP = command_line("watchlist")

COLUMNS = ["--text", "text", "--label", "label", "--positive", "threat", "--group", "group", "--function", "function"]


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A command with a list and a corpus in the present folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.txt").write_text("shank\ndrill\n", encoding="utf-8")
    write_csv(tmp_path / "corpus.csv", ROWS)
    return ["watchlist", "test", "list.txt", "--corpus", "corpus.csv", *COLUMNS, "--out", "result", "-q"]


def test_the_folder_is_written_and_the_sums_are_said(given: list[str], tmp_path: Path) -> None:
    """Rates on standard output, files in the folder."""
    done = CliRunner().invoke(APP, given)
    assert done.exit_code == 0, done.output
    assert "80.0%" in done.stdout and "66.7%" in done.stdout
    assert json.loads((tmp_path / "result" / "watchlist.json").read_text())["overall"]["hits"] == 6
    assert (tmp_path / "result" / "report.html").is_file()


def test_json_on_standard_output_is_the_file(given: list[str], tmp_path: Path) -> None:
    """To the last figure."""
    done = CliRunner().invoke(APP, [*given, "--json"])
    assert json.loads(done.stdout) == json.loads((tmp_path / "result" / "watchlist.json").read_text())


@pytest.mark.parametrize(("share", "code"), [("0.8", 0), ("0.79", 1)])
def test_a_false_positive_rate_can_fail_a_build(given: list[str], share: str, code: int) -> None:
    """Only when it is exceeded."""
    assert CliRunner().invoke(APP, [*given, "--fail-on-fpr", share], standalone_mode=False).return_value == code


def test_more_files_can_follow_the_list(given: list[str], tmp_path: Path) -> None:
    """As a shell writes out a star."""
    write_csv(tmp_path / "more.csv", ROWS)
    done = CliRunner().invoke(APP, [*given[:5], "more.csv", *given[5:], "--json"])
    assert json.loads(done.stdout)["texts"] == 16


def test_masked_output_shows_no_term(given: list[str]) -> None:
    """Nor does standard output."""
    assert "shank" not in CliRunner().invoke(APP, [*given, "--mask", "--json"]).stdout


def test_harmless_texts_need_no_labels(given: list[str]) -> None:
    """The rate of false alarms alone can fail a build, and the reason stands where nothing is projected."""
    bare = [*given[:5], "--text", "text", "--drop", "label", "--out", "result", "-q"]
    done = CliRunner().invoke(APP, [*bare, "--harmless", "--fail-on-fpr", "0.5"], standalone_mode=False)
    assert done.return_value == 1
    assert "6 of 8" in done.stdout
    assert "0 of the texts are what the list is meant to find" in done.stdout
    for wrong in (bare, [*bare, "--harmless", "--label", "label"], [*bare, "--harmless", "--positive", "threat"]):
        refused = CliRunner().invoke(APP, wrong).exception
        assert isinstance(refused, Refusal)
        assert refused.code == "watchlist-label"


def test_a_stream_is_refused(given: list[str]) -> None:
    """Even when it is asked for by its usual name."""
    done = CliRunner().invoke(APP, [each.replace("corpus.csv", "-") for each in given], input="text,label\n")
    assert isinstance(done.exception, Refusal)
    assert done.exception.code == "watchlist-live"
