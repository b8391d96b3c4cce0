"""Fixtures that every test may use."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests import attempts as attempts_made
from tests.attempts import attempts  # noqa: F401  a fixture
from tests.postgres import own_server
from tests.waiting import MINUTES

# A build server tries the same random cases every time; everybody else tries new ones. How long one takes says nothing.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("the same every time", settings.get_profile("any machine"), derandomize=True)
settings.load_profile("the same every time" if os.environ.get("CI") else "any machine")

NewDatabase = Callable[..., str]

# Spark begins sooner where Java does not make the most of code that runs for seconds.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

# Folders whose tests share what takes long to make.
TOGETHER = (
    "tests/web/journeys",
    "tests/web/oversight",
    "tests/examples",
    "tests/synth",
    "tests/publication/allatonce",
)


@pytest.fixture(scope="session", autouse=True)
def own_caches(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What programs keep for their next start stays with the tests."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("caches"))


# Groups of tests of a minute and more, the longest first; those that play the demonstration begin one after another.
FIRST = (
    "spark",
    "tests/web/journeys",
    "tests/docs/test_docs.py",
    "tests/packs/test_packs.py",
    "tests/studio/test_journeys.py",
    "tests/web/test_processes.py",
    "tests/web/casework/test_casework.py",
    "tests/studio/test_judging_browser.py",
    "tests/studio/test_words.py",
    "tests/web/oversight",
    "tests/web/test_openapi.py",
    "tests/publication/allatonce",
    "tests/audit/test_mapping_draft.py",
    "tests/gate/test_bulk.py",
    "tests/packs/test_without.py",
    "tests/audit/test_known_faults.py",
    "tests/gate/test_gate_is_audit.py",
    "tests/demo/test_demo.py",
    "tests/audit/test_in_place.py",
    "tests/register/test_kill.py",
    "tests/publication/test_noise.py",
    "tests/audit/test_partition.py",
    "tests/audit/test_audit.py",
    "tests/publication/test_loss.py",
    "tests/apart/test_portable.py",
    "tests/web/test_siege.py",
    "tests/ledger/test_floods.py",
    "tests/door/test_notebooks.py",
    "tests/web/test_server.py",
)


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that one process of the tests fills for all of them; to be copied and not changed."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, part = shared / name, shared / f"{name}.part"
    with (shared / f"{name}.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not folder.is_dir():
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(part)
            part.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four years, played once for all processes of the tests; to be copied and not changed."""
    return made_once(tmp_path_factory, "demonstration", _play) / "alpha"


def _play(folder: Path) -> None:
    from overt.demo import Live

    Live.begin(folder / "alpha", 1, lambda _: None)


@dataclass(frozen=True)
class Shown:
    """A finished demonstration: its folder, and what the command left with and said."""

    out: Path
    done: subprocess.CompletedProcess[str]

    @property
    def facts(self) -> dict[str, Any]:
        return dict(json.loads(self.done.stdout))


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """What `overt demo --out alpha` makes and says in an empty folder; to be copied and not changed."""
    folder = made_once(tmp_path_factory, "honest", _show)
    return Shown(folder / "alpha", subprocess.CompletedProcess(**json.loads((folder / "said.json").read_text())))


def _show(folder: Path) -> None:
    command = [sys.executable, "-m", "overt.cli", "demo", "--out", "alpha"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=MINUTES,
        env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    (folder / "said.json").write_text(json.dumps(vars(done)))


def _group(nodeid: str) -> str:
    file, _, name = nodeid.partition("::")
    if "spark" in name and "connect" not in name and "server" not in name:
        return "spark"
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no process is alone with it in the end."""
    ranks = {group: rank for rank, group in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(_group(item.nodeid), len(FIRST)))


class _ByGroup(LoadScopeScheduling):
    """Gives each process whole files, and whole folders where files share something; one has all of Spark's."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _ByGroup(config, log)


def lacking(message: str) -> None:
    """Skips a test that needs what this machine lacks; in CI that is a failure."""
    if IN_CI:
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        lacking("the public data sets are not beside the checkout (docs/guides/real-data.md says where to get them)")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own on loopback, gone after the tests."""
    with own_server() as server:
        yield server.url


@pytest.fixture(scope="session")
def new_database(postgres_url: str) -> NewDatabase:
    """Makes a database on that server, empty or a copy of another, and says its address: no two registers share one."""
    import psycopg

    numbers = itertools.count()

    def made(template: str = "template1") -> str:
        name = f"made_{next(numbers)}"
        with psycopg.connect(postgres_url, autocommit=True) as server:
            server.execute(f"create database {name} template {template.rpartition('/')[2]}".encode())
        return f"{postgres_url.rpartition('/')[0]}/{name}"

    return made


@pytest.fixture(scope="session")
def java() -> None:
    """A Java runtime, which Spark needs."""
    if shutil.which("java") is None:
        lacking("Java is not installed (scripts/setup.sh installs it)")


@contextmanager
def chromium() -> Iterator[Any]:
    """Headless Chromium, driven by Playwright; while it is open no other event loop runs in this thread."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        lacking("Chromium is not installed (scripts/setup.sh installs it)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("playwright is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield _patient(started)
        started.close()


def _patient(browser: Any) -> Any:
    """A browser of which every window waits for minutes, where Playwright's own give up after thirty seconds."""
    for name in ("new_context", "new_page"):
        _wait_in(browser, name)
    return browser


def _wait_in(browser: Any, name: str) -> None:
    usual = getattr(browser, name)

    def opened(**options: Any) -> Any:
        made = usual(**options)
        made.set_default_timeout(1_000 * MINUTES)
        return made

    setattr(browser, name, opened)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; in CI its absence is a failure."""
    with chromium() as started:
        yield started


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-attempts", action="store_true", help="write the counts of this run into SECURITY.md")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Prints how many attempts of which kind the attack suites made."""
    total = attempts_made.counted(report for reports in terminalreporter.stats.values() for report in reports)
    if not total:
        return
    terminalreporter.section("attempts by the attack suites")
    for kind, number in sorted(total.items()):
        terminalreporter.write_line(f"{number:>9,}  {kind}")
    if config.getoption("--write-attempts"):
        attempts_made.write(total)


@pytest.fixture(autouse=True)
def _audits_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Audits that a test makes by function take no process of their own; those of a command do."""
    from overt.audits import _apart
    from tests.audit.inside import Inside

    monkeypatch.setattr(_apart, "Apart", Inside)
