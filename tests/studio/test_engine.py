"""The engine's process: it answers, refuses, stops, and comes back when it dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from overt.refusals import Refusal
from overt.web.studio import EngineSettings
from overt.web.studio._engine import STARTED_AGAIN, Engine, EngineBusy
from tests.studio.conftest import canaries_in

SOURCE = "Ref,Name\n1,Zebedee Quagmire\n2,Philomena Thistlewood\n"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = Engine(EngineSettings(tmp_path, memory="200MiB", threads=1))
    yield opened
    opened.close()


def test_the_engine_answers_refuses_and_comes_back(engine: Engine, tmp_path: Path) -> None:
    """Killed, it starts again on the next request, holds what was loaded, and says so once."""
    with pytest.raises(Refusal) as refused:
        engine.ask("tables")
    assert refused.value.code == "studio-no-source"
    (tmp_path / "list.csv").write_text(SOURCE, encoding="utf-8")
    task = engine.begin("load", location=str(tmp_path / "list.csv"))
    loaded = task.result.result(60)
    assert [(table["name"], table["rows"]) for table in loaded["tables"]] == [("list", 2)]
    assert not task.running
    assert engine.ask("tables") == loaded
    assert engine.take_notice() == ""
    assert engine.process is not None
    os.kill(engine.process, signal.SIGKILL)
    engine.wait_until_ended(30)
    assert engine.ask("tables") == loaded
    assert engine.take_notice() == STARTED_AGAIN
    assert engine.take_notice() == ""
    broken = engine.begin("load", location=str(tmp_path / "absent.csv"))
    with pytest.raises(Refusal):
        broken.result.result(60)
    assert [refusal.code for refusal in broken.refusals] == ["source-absent"]


def test_what_takes_longer_than_a_page_waits_goes_on_and_is_counted_once(engine: Engine, tmp_path: Path) -> None:
    """The page says that it is being counted; when that is done, it has the answer."""
    (tmp_path / "list.csv").write_text(SOURCE, encoding="utf-8")
    engine.begin("load", location=str(tmp_path / "list.csv")).result.result(60)
    mapping = 'create view entry as\nselect "Ref" as entry_id from list;\n'
    hasty = Engine(replace(engine.settings, patience=0.0))
    try:
        with pytest.raises(EngineBusy) as busy:
            hasty.ask_at_length("lost", mapping=mapping)
        lost = busy.value.task.result.result(60)
        assert [table["table"] for table in lost["tables"]] == ["entry"]
        assert hasty.ask_at_length("lost", mapping=mapping) == lost
        stops = mapping.replace("from list", "from elsewhere")
        for _ in range(2):
            with pytest.raises(EngineBusy) as busy:
                hasty.ask_at_length("lost", mapping=stops)
            with pytest.raises(Refusal):
                busy.value.task.result.result(60)
            with pytest.raises(Refusal) as refused:
                hasty.ask_at_length("lost", mapping=stops)
            assert canaries_in(str(refused.value)) == []
    finally:
        hasty.close()


def test_only_listed_requests_are_answered(engine: Engine) -> None:
    """Anything else is an error of ours, and starts no process."""
    with pytest.raises(LookupError):
        engine.ask("open", path="/etc/passwd")
    assert engine.process is None


def test_what_was_counted_is_kept_until_another_source_is_loaded(engine: Engine, tmp_path: Path) -> None:
    """The profile and the proposal are read by the next process, and hold no value."""
    (tmp_path / "list.csv").write_text(SOURCE, encoding="utf-8")
    engine.begin("load", location=str(tmp_path / "list.csv")).result.result(60)
    asked = {"mapping": "", "categories": [], "decided": [], "sort": "place", "page": 1}
    cards, proposal = engine.ask("cards", **asked), engine.ask("proposal")
    kept = {name: (tmp_path / f"{name}.json").read_text("utf-8") for name in ("profile", "proposal", "cards-1")}
    assert [canaries_in(text) for text in kept.values()] == [[], [], []]
    (tmp_path / "proposal.json").write_text(kept["proposal"].replace('"list.csv"', '"other.csv"'), encoding="utf-8")
    assert engine.process is not None
    os.kill(engine.process, signal.SIGKILL)
    engine.wait_until_ended(30)
    assert engine.ask("cards", **asked) == cards
    assert engine.ask("proposal")["name"] == "other.csv"
    engine.begin("load", location=str(tmp_path / "list.csv")).result.result(60)
    assert "other.csv" not in (tmp_path / "proposal.json").read_text("utf-8")
    assert engine.ask("proposal") == proposal
