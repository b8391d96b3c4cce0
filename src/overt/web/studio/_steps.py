"""The steps of an audit, as the first page of a project lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from overt.model import TABLES
from overt.web.studio._action import StudioAsk
from overt.web.studio._source import loaded_tables


class Progress(StrEnum):
    """How far a step is."""

    NOT_STARTED = "Not started"
    NEEDS_DECISION = "Needs a decision"
    RUNNING = "Running"
    DONE = "Done"
    CANNOT_START = "Cannot start yet"


@dataclass(frozen=True)
class StepState:
    """How far a step is, with its reason or a summary in one sentence; `open` is how many decisions are left."""

    progress: Progress
    hint: str = ""
    open: int = 0

    @property
    def tag(self) -> str:
        """The words of its tag."""
        return f"{self.progress} ({self.open})" if self.open else str(self.progress)


@dataclass(frozen=True)
class Step:
    """One step: its title, the last part of its address, and what tells how far it is. It must not need the engine."""

    title: str
    address: str
    state: Callable[[StudioAsk], StepState]
    further: bool = False


def waits(ask: StudioAsk, *, mapped: bool = False) -> StepState | None:
    """The state of a step that needs the source read, and `mapped` what its columns mean; none where both are there.

    A source that has tables of the register model needs no mapping.
    """
    project = ask.project
    if not project.settings.source:
        return StepState(Progress.CANNOT_START, "Choose a source first")
    loaded = loaded_tables(project)
    if loaded is None:
        return StepState(Progress.CANNOT_START, "Read the source first")
    if mapped and not project.mapping.strip() and not any(table["name"] in TABLES for table in loaded["tables"]):
        return StepState(Progress.CANNOT_START, "Say first what the columns mean")
    return None
