"""Work in a process of its own: its limits, its end, and what is heard of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from overt.machine import Apart, Ended, PeakLimits, ProcessFault

WORK = Path(__file__).with_name("work.py")
LIMITS = PeakLimits(memory=400 * 2**20)
MINUTES = 300


def test_what_it_says_and_hears_is_whole() -> None:
    """What a library prints is no answer."""
    with Apart(f"{WORK}:echo", {"a": [1, None]}, LIMITS) as apart:
        apart.tell({"b": 2})
        assert list(apart.answer(MINUTES)) == [{"heard": {"b": 2}}, {"answer": {"a": [1, None]}}]


@pytest.mark.parametrize(("function", "argument"), [("take", 2**30), ("abort", None)])
def test_too_much_memory_ends_it_and_not_us(function: str, argument: object) -> None:
    """Whether it is told no, or dies of it."""
    with pytest.raises(Ended) as caught, Apart(f"{WORK}:{function}", argument, LIMITS) as apart:
        apart.hear(MINUTES)
    assert caught.value.fault is ProcessFault.MEMORY


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its addresses")
def test_memory_that_was_given_back_is_not_held_against_it() -> None:
    """An engine keeps the addresses of what it gave back: together twice what is allowed, and little at any moment."""
    with Apart(f"{WORK}:keep_addresses", 320 * 2**20, LIMITS) as apart:
        assert list(apart.answer(MINUTES)) == [{"answer": "2 kept"}]


def test_an_unforeseen_error_keeps_its_words_to_itself() -> None:
    """They may be a value of a record."""
    with pytest.raises(Ended) as caught, Apart(f"{WORK}:fail", "a name", LIMITS) as apart:
        apart.hear(MINUTES)
    assert (caught.value.kind, "a name" in str(caught.value) + caught.value.places) == ("ValueError", False)


def test_patience_ends_and_the_process_with_it() -> None:
    """Nothing is left behind, whatever ends the block."""
    with pytest.raises(Ended) as caught, Apart(f"{WORK}:spin", None, LIMITS) as apart:
        process = apart.hear(MINUTES)["process"]
        apart.hear(0.1)
    assert caught.value.fault is ProcessFault.TIME
    assert not alive(process)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_whoever_began_it(how: int) -> None:
    """Killed or interrupted, the parent takes it along."""
    code = (
        "import signal\n"
        "from overt.machine import Apart, PeakLimits\n"
        # What a shell begins in the background is told to ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"with Apart({f'{WORK}:spin'!r}, None, PeakLimits()) as apart:\n"
        "    print(apart.hear(300)['process'], flush=True)\n"
        "    apart.hear()\n"
    )
    command = [sys.executable, "-c", code]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert parent.stdout is not None
    process = int(parent.stdout.readline())
    os.kill(parent.pid, how)
    parent.wait(timeout=MINUTES)
    parent.stdout.close()
    deadline = time.monotonic() + MINUTES
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(process)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_pandas_is_not_loaded_before_ibis_needs_it() -> None:
    """Neither by a value for DuckDB nor by an array of Arrow; Ibis has it."""
    pytest.importorskip("ibis.backends.duckdb")
    with Apart(f"{WORK}:libraries", None, PeakLimits()) as apart:
        assert list(apart.answer(MINUTES)) == [{"answer": [False, [1, 1]]}]


def test_an_application_that_python_is_packed_into_does_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the program is no Python, and is begun anew with a word of ours."""
    app = tmp_path / "app"
    app.write_text(f"#!{sys.executable} -P\nfrom overt.cli import main\nmain()\n")
    app.chmod(0o700)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(app))
    with Apart("tests.apart.work:echo", {"a": 1}, LIMITS) as apart:
        apart.tell({"b": 2})
        assert list(apart.answer(MINUTES)) == [{"heard": {"b": 2}}, {"answer": {"a": 1}}]
