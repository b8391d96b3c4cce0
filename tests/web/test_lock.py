"""One portal for a register: a second is refused at once, and a lock never outlives its process."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from overt.refusals import Refusal
from overt.register import Hold
from overt.web.portal import AccessLog, PortalConfig, portal
from overt.web.portal._journal import LoggedAttempt
from tests.waiting import MINUTES
from tests.web.conftest import Site
from tests.web.test_server import free_port, served


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "overt.cli", *words], capture_output=True, text=True, check=False, timeout=MINUTES
    )


def test_a_second_portal_is_refused_and_the_log_goes_on(demonstration: Path, tmp_path: Path) -> None:
    """As `overt serve` and as `overt demo --serve`; the first goes on, and its access log is one chain."""
    alpha = Path(shutil.copytree(demonstration, tmp_path / "alpha"))
    first = served(alpha, free_port())
    try:
        for words in (
            ("serve", str(alpha / "register"), "--port", str(free_port())),
            ("demo", "--serve", "--out", str(alpha), "--port", str(free_port())),
        ):
            told = command(*words)
            assert told.returncode == 3, told.stderr
            assert "portal-running" in told.stderr
            assert f"process {first.pid}" in told.stderr
            assert "Traceback" not in told.stderr
        assert first.poll() is None
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait(timeout=MINUTES)
    # A process that was killed holds nothing: the next begins at once.
    again = served(alpha, free_port())
    again.send_signal(signal.SIGTERM)
    again.wait(timeout=MINUTES)
    assert AccessLog(alpha / "register").broken_at() is None


def test_a_portal_in_the_same_process_is_refused(site: Site) -> None:
    """Whoever makes the application has the lock; whoever closes it gives it back."""
    with pytest.raises(Refusal, match="portal-running"):
        portal(site.folder, PortalConfig())
    site.close()
    Hold(site.folder, "portal/lock").release()


def test_a_portal_that_cannot_start_holds_nothing(site: Site) -> None:
    """A register that is refused may be served as soon as it is fixed."""
    site.close()
    charter = next((site.folder / "charters").iterdir())
    kept = charter.read_bytes()
    charter.write_bytes(kept + b"\n")
    with pytest.raises(Refusal, match="charter-changed"):
        portal(site.folder, PortalConfig())
    charter.write_bytes(kept)
    Hold(site.folder, "portal/lock").release()


def test_a_lock_of_which_the_file_was_taken_away_is_noticed(site: Site) -> None:
    """Another portal could begin then: this one answers with 503, and its log is not forked."""
    assert site.client().get("/figures").status_code == 200
    (site.folder / "portal" / "lock").unlink()
    other = Hold(site.folder, "portal/lock")
    assert site.client().get("/figures").status_code == 503
    assert site.client().get("/ready").json()["error"] == "portal-lock-lost"
    assert site.client().get("/health").status_code == 200
    other.release()


def test_a_log_that_somebody_else_writes_to_is_not_forked(site: Site) -> None:
    """Where a folder is shared without locks, the second line of another process is the first that is refused."""
    attempt = LoggedAttempt("2024-09-04T09:30:00+00:00", "anyone", (), "public", "public.ask", "GET", "allowed", 200)
    one, two = AccessLog(site.folder), AccessLog(site.folder)
    one.add(attempt)
    with pytest.raises(Refusal, match="access-log-changed"):
        two.add(attempt)
    one.add(attempt)
    assert one.broken_at() is None
    answer = site.client().get("/")
    assert answer.status_code == 503
    assert "<h1" in answer.text
    assert one.broken_at() is None


def test_a_log_of_which_lines_were_taken_out_goes_on(site: Site) -> None:
    """Oversight can still sign in and see by the check where the chain is broken: it is not fixed, nor hidden."""
    for _ in range(4):
        site.client().get("/changes")
    path = site.folder / "portal" / "access.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:1], *lines[2:]]))
    assert site.signed_in("I7001").get("/oversight").status_code == 200
    assert site.app_journal().broken_at() == 2
