"""Two members of staff do the same thing at once, each in a process of their own, on both engines."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from overt.gate import adopt
from overt.publication import drafts, published, read_answer
from overt.register import Register, RegisterSettings
from tests.attempts import Count
from tests.gate.conftest import CHARTERS, ORIGIN, entropy

ROOT = Path(__file__).resolve().parents[2]
SOME = pytest.mark.parametrize("pairs", [4, pytest.param(16, marks=pytest.mark.slow)])
Processes = list[subprocess.Popen[str]]
START = dt.datetime(2021, 9, 2, 9, 0, tzinfo=dt.UTC)


class Racers:
    """Two processes that begin at the same moment, on one register."""

    def __init__(self, processes: Processes, register: Register, now: dt.datetime = START) -> None:
        self.folder, self.register = register.folder, register
        self.now, self.processes = now, processes

    def at_once(self, *wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """What came of the two; none of them may end in a traceback."""
        self.now += dt.timedelta(minutes=5)
        pairs = list(zip(self.processes, wanted, strict=True))
        for process, each in pairs:
            self._tell(process, each)
        for process, _ in pairs:
            _write(process, "")
        found = [self._heard(process) for process, _ in pairs]
        for at, (process, each) in enumerate(pairs):
            # On a slow machine one is told that the other still writes, and to give the command again.
            while found[at].get("refused") == "register-busy":
                self._tell(process, each)
                _write(process, "")
                found[at] = self._heard(process)
        return found

    def _tell(self, process: subprocess.Popen[str], each: dict[str, Any]) -> None:
        _write(process, json.dumps({"folder": str(self.folder), "now": self.now.isoformat(), **each}))
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    def _heard(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        assert process.stdout is not None
        found: dict[str, Any] = json.loads(process.stdout.readline())
        assert "traceback" not in found, found
        return found

    def both(self, *wanted: dict[str, Any]) -> list[Any]:
        """What both did; neither may be refused."""
        found = self.at_once(*wanted)
        assert all("done" in each for each in found), found
        return [each["done"] for each in found]


def _write(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{text}\n")
    process.stdin.flush()


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """The two, which need some seconds to load, once for all."""
    command = [sys.executable, "-m", "tests.publication.racer"]
    made = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    yield made
    for process in made:
        process.communicate(timeout=60)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def racers(request: pytest.FixtureRequest, tmp_path: Path, processes: Processes) -> Iterator[Racers]:
    """A register on each engine."""
    database = "sqlite:///register.sqlite"
    if request.param == "postgres":
        database = request.getfixturevalue("new_database")()
    settings = RegisterSettings("Alpha, a replay (synthetic)", ORIGIN, database, clock_ahead_days=3_650)
    with Register.create(tmp_path / "alpha", settings, entropy()) as register:
        # With noise, since a draft then takes no time.
        noise = '[publication]\nmechanism = "discrete_laplace"\nepsilon = 1.0\nbudget = 100.0\n'
        text = CHARTERS[0].read_text(encoding="utf-8").replace("[publication]\n", noise)
        adopt(register, text.encode(), "P1001", dt.datetime(2020, 8, 1, tzinfo=dt.UTC))
        yield Racers(processes, register)


def _draft(racers: Racers, pairs: int = 1) -> list[str]:
    made = []
    for _ in range(pairs):
        made += racers.both({"what": "draft", "by": "P1001"}, {"what": "draft", "by": "P1003"})
    return made


def _approved(racers: Racers, releases: list[str]) -> None:
    for each in releases:
        approve = {"what": "approve", "release": each}
        found = racers.both({**approve, "by": "P2001"}, {**approve, "by": "P2002"})
        assert sorted(found) == [1, 2]


@SOME
def test_of_two_releases_one_is_published(racers: Racers, pairs: int, attempts: Count) -> None:
    """Drafts have numbers of their own, no approval is lost, and of a pair that was drafted at once one comes out."""
    for number in range(pairs):
        pair = _draft(racers)
        assert len(set(pair)) == 2
        _approved(racers, pair)
        found = racers.at_once(*({"what": "publish", "release": each} for each in pair))
        assert sorted(next(iter(each)) for each in found) == ["done", "refused"], found
        assert next(each["refused"] for each in found if "refused" in each) == "release-outdated"
        assert len(published(racers.register)) == number + 1
    kept = [len(each.approvals) for each in drafts(racers.register)]
    assert kept == [2] * 2 * pairs
    attempts("pairs of release commands at once", 4 * pairs)


def test_a_release_published_twice_at_once_has_one_leaf(racers: Racers, attempts: Count) -> None:
    """The second waits, and sees that it is done."""
    for _ in range(2):
        first, _ = _draft(racers)
        _approved(racers, [first])
        before = racers.register.size()
        publish = {"what": "publish", "release": first}
        found = racers.both(publish, publish)
        assert sorted(found) == [0, before]
        leaves = "select count(*) from leaf where kind = 'public' and seq >= ?"
        assert racers.register.store.rows(leaves, (before,))[0][0] == 1
    attempts("pairs of release commands at once", 6)


@SOME
def test_what_is_numbered_next_has_its_own_number(racers: Racers, pairs: int, attempts: Count) -> None:
    """Answers and requests of people; and of two questions that are refused at once none is lost."""
    for _ in range(pairs):
        answers = racers.both({"what": "answer", "by": "P1001"}, {"what": "answer", "by": "P1003"})
        assert len(set(answers)) == 2
        requests = racers.both({"what": "request", "by": "P1001"}, {"what": "request", "by": "P1003"})
        assert len(set(requests)) == 2
        decline = {"what": "decline", "answer": answers[0]}
        racers.both({**decline, "question": "people"}, {**decline, "question": "sources"})
        assert len(read_answer(racers.register, answers[0]).declined) == 2
    attempts("pairs of answers and requests at once", 3 * pairs)


def test_of_two_charters_one_is_adopted(tmp_path: Path, processes: Processes, attempts: Count) -> None:
    """Both are version 2: one is adopted, the other is refused, and the file is the one that the ledger names."""
    text = CHARTERS[1].read_text(encoding="utf-8")
    for number in range(4):
        folder = tmp_path / str(number)
        with Register.create(
            folder, RegisterSettings("Alpha, a replay (synthetic)", ORIGIN, clock_ahead_days=3_650), entropy()
        ) as register:
            adopt(register, CHARTERS[0].read_bytes(), "P1001", dt.datetime(2020, 8, 1, tzinfo=dt.UTC))
            racers = Racers(processes, register, dt.datetime(2021, 7, 1, tzinfo=dt.UTC))
            wanted = [{"what": "adopt", "by": "P1001", "charter": f"{text}\n# {who}\n"} for who in ("one", "other")]
            found = racers.at_once(*wanted)
            assert sorted(next(iter(each)) for each in found) == ["done", "refused"], found
            assert register.charters()[-1].version == 2
    attempts("pairs of charters adopted at once", 4)
