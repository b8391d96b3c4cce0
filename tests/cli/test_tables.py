"""Tables in a terminal: no date, number or code is broken over two lines."""

from __future__ import annotations

import pytest

from overt.cli._output import Output, say_rows

COLUMNS = ["request", "kind", "received_on", "due_on", "days_left", "identity", "answered_on", "outcome"]
ROW = {
    "request": "R0001", "kind": "rectification", "received_on": "2026-01-05", "due_on": "2026-02-05",
    "days_left": -12, "identity": "asked for on 2026-01-06", "answered_on": "2026-02-03",
    "outcome": "neither confirmed nor denied",
}  # fmt: skip


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_date_is_broken(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the width of the terminal."""
    monkeypatch.setenv("COLUMNS", str(width))
    say_rows([ROW], COLUMNS, Output.TEXT)
    words = capsys.readouterr().out.split()
    for each in ("R0001", "rectification", "2026-01-05", "2026-02-05", "2026-01-06", "2026-02-03", "confirmed"):
        assert each in words


def test_a_row_that_does_not_fit_a_terminal_is_a_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A terminal would break a longer line itself: each value stands on a line of its own, with its name."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    say_rows([ROW, {**ROW, "request": "R0002"}], COLUMNS, Output.TEXT)
    lines = capsys.readouterr().out.splitlines()
    assert "received on: 2026-01-05" in lines
    assert [each for each in lines if each.startswith("request")] == ["request: R0001", "request: R0002"]


def test_a_long_digest_is_folded(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What no line can hold goes on in the next, and nothing of it is lost."""
    monkeypatch.setenv("COLUMNS", "40")
    say_rows([{"digest": "ab" * 32, "day": "2026-01-05"}], ["digest", "day"], Output.TEXT)
    out = capsys.readouterr().out
    assert "2026-01-05" in out.split()
    assert out.replace("2026-01-05", "").count("ab") == 32
