"""Killed at any point of admitting, erasing, publishing, backing up or restoring: nothing acknowledged is lost."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from overt.gate import Gate, adopt, name_key
from overt.ledger import check as check_log
from overt.ledger import read_policy
from overt.register import Register, RegisterLog, RegisterSettings, check_register, unfinished_erasures
from tests.attempts import Count
from tests.conftest import ROOT, NewDatabase
from tests.gate.conftest import CHARTERS, KEY, NOW, ORIGIN, listing, pseudonym
from tests.gate.test_bulk import as_tables
from tests.register import attacker, killed

SHORT = {"admit": 6, "bulk": 2, "erase": 5, "publish": 4, "backup": 4, "restore": 3}
LONG = {"admit": 40, "bulk": 30, "erase": 40, "publish": 35, "backup": 30, "restore": 25}
SHORT_ON_SERVER, LONG_ON_SERVER = {"admit": 2, "erase": 2}, {"admit": 15, "bulk": 5, "erase": 15}
GROUND, MARK = "DPA 2018 s.47(1)", "a most remarkable fight beside the canal of inquiry 1"
KIND = "kill -9 at a random point of {}"
NUMBERS = itertools.count()


class Victims:
    """Commands that are killed, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OVERT_LEDGER_PASSPHRASE": "a synthetic passphrase"}
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, str(Path(killed.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def run(
        self, words: list[str], point: int | None = None, delay: float | None = None
    ) -> tuple[int | None, str, int]:
        """Runs a command: its exit status (none if it was killed), what it said, and how many points it passed."""
        said, counted = self._folder / "said", self._folder / "counted"
        counted.unlink(missing_ok=True)
        asked: dict[str, Any] = {"words": words, "said": str(said), "point": point, "delay": delay}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({**asked, "counted": str(counted)}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        status = None if answer["killed"] else int(answer["status"])
        assert status is None or counted.exists(), said.read_text()
        return status, said.read_text(), 0 if status is None else int(counted.read_text())

    def close(self) -> None:
        """Lets the server end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=120)


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    """What runs and kills commands."""
    made = Victims(tmp_path_factory.mktemp("victims"))
    yield made
    made.close()


@dataclass
class Scene:
    """What a command is to be run on, made anew for each attempt: the command, and what must hold after it was killed.

    `done` is called with what the command said before it died, and once more when it was given again.
    """

    folder: Path
    words: Callable[[], list[str]]
    holds: Callable[[str], None]
    finished: Callable[[], None]
    ok: tuple[int, ...] = (0,)
    extra: list[Path] = field(default_factory=list)


def fill(folder: Path, database: str = "sqlite:///register.sqlite") -> None:
    """A register that can be admitted to today, with two entries; its clock is this machine's."""
    settings = RegisterSettings("Alpha, a replay (synthetic)", ORIGIN, database, ("P2001",), clock_ahead_days=10_000)
    with Register.create(folder, settings) as register:
        for data, day in zip(CHARTERS, ((2020, 8, 1), (2021, 7, 1)), strict=False):
            adopt(register, data.read_bytes(), "P1001", dt.datetime(*day, tzinfo=dt.UTC))
        name_key(register, KEY.id, "P1001", dt.datetime(2021, 7, 1, 1, tzinfo=dt.UTC))
        gate = Gate(register)
        gate.admit(listing(1, grounds=MARK), "P1001", NOW)
        gate.admit(listing(2), "P1001", NOW + dt.timedelta(seconds=1))


def whole(folder: Path, entries: set[str] | None = None) -> None:
    """The register is whole, and these entries stand in it."""
    with Register.open(folder) as register:
        assert list(check_register(register)) == []
        assert unfinished_erasures(register) == []
        if entries is not None:
            assert {str(each.values["entry_id"]) for each in register.versions("entry")} == entries


def admitting(folder: Path, out: Path) -> Scene:
    """Lines are acknowledged as they are committed, two at a time; with keys the same file can be given again."""
    numbers = range(10, 16)
    lines = [
        json.dumps({
            "table": each.table, "values": dict(each.values), "bundle": f"b{number}",
            "idempotency_key": f"k{number}-{place}",
        })
        for number in numbers for place, each in enumerate(listing(number))
    ]  # fmt: skip
    (out / "more.jsonl").write_text("\n".join(lines) + "\n")

    def holds(said: str) -> None:
        admitted = {int(each) for each in re.findall(r"^line (\d+): admitted as ledger entry", said, re.MULTILINE)}
        with Register.open(folder) as register:
            there = {str(each.values["entry_id"]) for each in register.versions("entry")}
            assert list(check_register(register)) == []
        assert {f"E{10 + (line - 1) // 4}" for line in admitted} <= there

    return Scene(
        folder,
        lambda: ["admit", str(folder), str(out / "more.jsonl"), "--by", "P1001", "--batch", "4"],
        holds,
        lambda: whole(folder, {"E1", "E2", *(f"E{number}" for number in numbers)}),
    )


def bulk(folder: Path, out: Path) -> Scene:
    """It is acknowledged at its end; given again, it goes on without loss or doubles."""
    source = as_tables(out / "legacy", [each for number in range(10, 18) for each in listing(number)])

    def holds(said: str) -> None:
        whole(folder, {"E1", "E2", *(f"E{number}" for number in range(10, 18))} if "admitted 32" in said else None)

    return Scene(
        folder,
        lambda: ["admit", "--bulk", str(folder), str(source), "--by", "P1001", "--batch", "5"],
        holds,
        lambda: whole(folder, {"E1", "E2", *(f"E{number}" for number in range(10, 18))}),
    )


def erasing(folder: Path, out: Path) -> Scene:
    """Once its intent is on the disk the next opening finishes it; then nothing of the person is left."""

    def holds(said: str) -> None:
        is_ordered = (folder / "erasures.jsonl").is_file() and b'"leaves"' in (folder / "erasures.jsonl").read_bytes()
        assert is_ordered or " records" not in said
        whole(folder, {"E2"} if is_ordered else {"E1", "E2"})
        if is_ordered:
            assert attacker.files_with([folder], [MARK.encode(), pseudonym(1).encode()]) == {}

    def finished() -> None:
        holds("erased")

    # Given again after it was finished, there is nothing to erase.
    words = ["register", "erase", str(folder), "--entry", "E1", "--ground", GROUND, "--by", "P1001", "--yes"]
    return Scene(folder, lambda: words, holds, finished, ok=(0, 3))


def publishing(folder: Path, out: Path) -> Scene:
    """What is published is whole at every moment, and never behind what was acknowledged."""

    def holds(said: str) -> None:
        with Register.open(folder) as register:
            log = RegisterLog(register, dt.datetime.now(dt.UTC))
            found = check_log(log.store, read_policy(log.policy.read_bytes(), "policy"), leaves=register)
            assert not found.faults
            acknowledged = re.search(r"→ (\d+) entries", said)
            assert found.checkpoint is not None
            assert found.checkpoint.size >= (int(acknowledged[1]) if acknowledged else 47)
        whole(folder)

    def finished() -> None:
        holds("→ 55 entries")

    return Scene(folder, lambda: ["ledger", "publish", str(folder), "--quiet"], holds, finished)


def backing_up(folder: Path, out: Path) -> Scene:
    """A backup is there whole or not at all, and the register is as it was."""
    backup, again = out / "backup", out / "again"

    def holds(said: str) -> None:
        whole(folder, {"E1", "E2"})
        assert backup.is_dir() or "leaves" not in said
        if backup.is_dir():
            restored(backup)

    def restored(made: Path) -> None:
        from overt.register import restore

        restore(made, out / f"back-{made.name}", None)
        whole(out / f"back-{made.name}", {"E1", "E2"})

    words = lambda: ["register", "backup", str(folder), "--out", str(again if backup.is_dir() else backup)]  # noqa: E731
    return Scene(
        folder, words, holds, lambda: restored(again if again.is_dir() else backup) if again.is_dir() else None
    )


def restoring(folder: Path, out: Path) -> Scene:
    """A register that was restored is there whole or not at all, and what was erased since stays erased."""
    from overt.register import back_up, erase

    with Register.open(folder) as register:
        back_up(register, out / "backup")
        erase(register, "E1", GROUND, "P1001", NOW + dt.timedelta(hours=1))
    made = out / "made"

    def holds(said: str) -> None:
        assert made.is_dir() or "leaves" not in said
        if made.is_dir():
            whole(made, {"E2"})
            assert attacker.files_with([made], [MARK.encode(), pseudonym(1).encode()]) == {}

    def words() -> list[str]:
        journal = str(folder / "erasures.jsonl")
        return [
            "register",
            "restore",
            str(out / "backup"),
            "--out",
            str(made),
            "--erasures",
            journal,
            "--none-published",
        ]

    return Scene(folder, words, holds, lambda: holds("leaves"), ok=(0, 3))


SCENES = {
    "admit": admitting,
    "bulk": bulk,
    "erase": erasing,
    "publish": publishing,
    "backup": backing_up,
    "restore": restoring,
}


def attack(make: Callable[[int], Scene], name: str, many: int, victims: Victims, attempts: Count) -> None:
    """Counts the points of a command, then kills it at random ones, each time on a register of its own."""
    status, said, points = victims.run(make(0).words())
    assert status == 0, said
    assert points > 5
    chance = random.Random(f"{name} {os.environ.get('PYTEST_XDIST_TESTRUNUID', '')} {random.random()}")
    dead = number = 0
    while dead < many:
        number += 1
        # A delay may let the command come through: that is another try, and too many of them are a fault.
        assert number <= 20 + 4 * many, f"{name}: only {dead} of {number} were killed"
        scene = make(number)
        point = chance.randint(1, points)
        delay = chance.choice([None, chance.uniform(0, 0.003), chance.uniform(0, 0.1)])
        status, said, _ = victims.run(scene.words(), point, delay)
        where = f"{name}: killed at point {point} of {points}, {delay}: {said[-300:]}"
        assert status in (None, 0), where
        dead += status is None
        try:
            scene.holds(said)
            status, said, _ = victims.run(scene.words())
            assert status in scene.ok, said
            scene.finished()
        except Exception as error:
            raise AssertionError(where) from error
        for each in (scene.folder, *scene.extra):
            shutil.rmtree(each, ignore_errors=True)
    attempts(KIND.format(name), dead)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, victims: Victims) -> Path:
    """A register whose log was begun."""
    folder = tmp_path_factory.mktemp("killed") / "alpha"
    fill(folder)
    status, said, _ = victims.run(["ledger", "init", str(folder)])
    assert status == 0, said
    # What comes after the first publication is what is published under attack.
    return folder


def on_sqlite(name: str, template: Path, tmp_path: Path) -> Callable[[int], Scene]:
    """Scenes on copies of the template."""

    def make(number: int) -> Scene:
        out = tmp_path / f"{name}-{number}"
        out.mkdir()
        shutil.copytree(template, out / "alpha")
        if name == "publish":
            with Register.open(out / "alpha") as register:
                Gate(register).admit(listing(3), "P1001", NOW + dt.timedelta(minutes=1))
        return SCENES[name](out / "alpha", out)

    return make


@pytest.mark.parametrize("name", list(SHORT))
def test_killed_on_sqlite(name: str, template: Path, tmp_path: Path, victims: Victims, attempts: Count) -> None:
    """A few points of each command; the slow test does many."""
    attack(on_sqlite(name, template, tmp_path), name, SHORT[name], victims, attempts)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(LONG))
def test_killed_on_sqlite_at_many_points(
    name: str, template: Path, tmp_path: Path, victims: Victims, attempts: Count
) -> None:
    """Two hundred in all."""
    attack(on_sqlite(name, template, tmp_path), name, LONG[name], victims, attempts)


@pytest.fixture(scope="module")
def server_template(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase) -> tuple[Path, str]:
    """A register on a server: its folder, and the address of its database."""
    folder, address = tmp_path_factory.mktemp("killed") / "alpha", new_database()
    fill(folder, address)
    return folder, address


@pytest.fixture
def server_scenes(
    server_template: tuple[Path, str], tmp_path: Path, new_database: NewDatabase
) -> Callable[[str], Callable[[int], Scene]]:
    """Scenes of a command on copies of the template's folder and database."""
    source, address = server_template

    def of(name: str) -> Callable[[int], Scene]:
        def make(number: int) -> Scene:
            out = tmp_path / f"{name}-{number}"
            out.mkdir()
            shutil.copytree(source, out / "alpha")
            settings = out / "alpha" / "register.toml"
            settings.write_text(settings.read_text().replace(address, new_database(address)))
            return SCENES[name](out / "alpha", out)

        return make

    return of


@pytest.mark.postgres
@pytest.mark.parametrize("name", list(SHORT_ON_SERVER))
def test_killed_on_postgres(
    name: str,
    server_scenes: Callable[[str], Callable[[int], Scene]],
    victims: Victims,
    attempts: Count,
) -> None:
    """The same with the rows on a server."""
    make = server_scenes(name)
    attack(make, f"{name} on PostgreSQL", SHORT_ON_SERVER[name], victims, attempts)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("name", list(LONG_ON_SERVER))
def test_killed_on_postgres_at_many_points(
    name: str,
    server_scenes: Callable[[str], Callable[[int], Scene]],
    victims: Victims,
    attempts: Count,
) -> None:
    """The same, many times."""
    make = server_scenes(name)
    attack(make, f"{name} on PostgreSQL", LONG_ON_SERVER[name], victims, attempts)
