"""What a check of a register in service says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from overt.refusals import Refusal, Refusals


class HealthState(StrEnum):
    """How an area is, from the best to the worst. `NOTE` is something to know, or that could not be looked at."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class HealthCheck:
    """One thing that was looked at: in which area, how it is, what was found, and what to do about it."""

    area: str
    state: HealthState
    found: str
    remedy: str = ""


@dataclass(frozen=True)
class DoctorLimits:
    """From when on something needs attention: hours that an entry may be unpublished, and days of other things."""

    unpublished_hours: int = 24
    cosigned_days: int = 7
    backup_days: int = 7


@dataclass(frozen=True)
class Diagnosis:
    """All that was looked at, in the order of the areas."""

    checks: tuple[HealthCheck, ...]

    @property
    def worst(self) -> HealthState:
        """The worst state of all checks."""
        order = list(HealthState)
        return max((check.state for check in self.checks), key=order.index, default=HealthState.OK)

    @property
    def needs_attention(self) -> bool:
        """Whether something needs attention."""
        return self.worst in (HealthState.WARNING, HealthState.FAULT)


def refused_as_fault(area: str, look: Callable[[], Iterator[HealthCheck]]) -> Iterator[HealthCheck]:
    """What a check finds; what it refuses is a fault of its area."""
    try:
        yield from look()
    except Refusal as refusal:
        yield fault_of(area, refusal)
    except Refusals as refusals:
        yield from (fault_of(area, refusal) for refusal in refusals.refusals)


def fault_of(area: str, refusal: Refusal) -> HealthCheck:
    """A refusal as a fault. What was expected stands with what was found."""
    expected = f" Expected: {refusal.wanted}." if refusal.wanted else ""
    return HealthCheck(
        area, HealthState.FAULT, f"{refusal.where}: {refusal.found} ({refusal.code}).{expected}", refusal.remedy
    )
