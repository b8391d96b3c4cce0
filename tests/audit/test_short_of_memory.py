"""A control that takes more memory than was allowed is asked once more, alone and with less to do at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from overt.audits import Request, SourceOptions, _apart, audit
from overt.controls import MEMORY_LIMIT, Verdict
from overt.machine import Ended, PeakLimits, ProcessFault
from tests.audit.conftest import AS_OF, Silent
from tests.audit.inside import Inside

ASKED = ("OV-02", "OV-12", "OV-35")


class Short(Inside):
    """A process that is ended when it comes to a control, as long as it has more than one thread."""

    begun: ClassVar[list[tuple[str, int | None, int | None]]] = []
    at: str = ""
    always = False

    def __init__(self, target: str, argument: Any, limits: PeakLimits, hold: tuple[int, ...] = ()) -> None:
        super().__init__(target, argument, limits, hold)
        if target.endswith(":_ask"):
            self._source = argument.source
            Short.begun.append((self._source.memory, self._source.threads, limits.memory))

    def hear(self, patience: float | None = None) -> dict[str, Any]:
        said = super().hear(patience)
        finding = said.get("finding")
        if finding and finding["control"] == Short.at and (Short.always or self._source.threads != 1):
            raise Ended(ProcessFault.MEMORY)
        return said


@pytest.fixture
def asked(register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Audits three controls of which the second takes too much."""

    def ask(*, always: bool) -> Any:
        monkeypatch.setattr(_apart, "Apart", Short)
        Short.begun, Short.at, Short.always = [], "OV-12", always
        source = SourceOptions(str(register), memory="1000MiB", threads=2)
        return audit(Request(source, ("core",), AS_OF, out=tmp_path / "out", only=ASKED), Silent())

    return ask


def test_what_took_too_much_is_answered_at_the_second_time(asked: Any) -> None:
    """In its place, with one thread and less of the memory; then the rest as before, within the same limit."""
    run = asked(always=False)
    assert [finding.control.id for finding in run.findings] == list(ASKED)
    assert all(finding.verdict is not Verdict.FAILED for finding in run.findings)
    limit = Short.begun[0][2]
    assert Short.begun == [("1000MiB", 2, limit), ("629145600B", 1, limit), ("1000MiB", 2, limit)]


def test_what_takes_too_much_twice_has_failed(asked: Any) -> None:
    """And says so; the rest is answered."""
    run = asked(always=True)
    failed = [finding for finding in run.findings if finding.verdict is Verdict.FAILED]
    assert [finding.control.id for finding in failed] == ["OV-12"]
    assert failed[0].reason.startswith(MEMORY_LIMIT)
    assert failed[0].lacked_memory
    assert len(Short.begun) == 3
