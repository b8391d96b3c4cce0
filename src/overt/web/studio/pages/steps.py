"""The first page of a project: its steps, and how far each of them is."""

from __future__ import annotations

from typing import Any

from overt.web._answers import Page
from overt.web.studio._action import StudioAction, StudioAsk
from overt.web.studio._steps import Progress, Step, StepState

_COLOURS = {
    Progress.NOT_STARTED: "govuk-tag--blue",
    Progress.NEEDS_DECISION: "govuk-tag--yellow",
    Progress.RUNNING: "govuk-tag--light-blue",
}


def _show(ask: StudioAsk) -> Page:
    steps = ask.studio.steps
    return Page(
        "studio/steps.html",
        {
            "steps": [_item(ask, step) for step in steps if not step.further],
            "further": [_item(ask, step) for step in steps if step.further],
        },
    )


def _item(ask: StudioAsk, step: Step) -> dict[str, Any]:
    """A step as the task list takes it."""
    state = step.state(ask)
    return {
        "title": {"text": step.title},
        "href": None if state.progress is Progress.CANNOT_START else f"{ask.home}{step.address}",
        "hint": {"text": state.hint} if state.hint else None,
        "status": _status(state),
    }


def _status(state: StepState) -> dict[str, Any]:
    if state.progress is Progress.CANNOT_START:
        return {"text": state.tag, "classes": "govuk-task-list__status--cannot-start-yet"}
    if state.progress is Progress.DONE:
        return {"text": state.tag}
    return {"tag": {"text": state.tag, "classes": _COLOURS[state.progress]}}


ACTIONS = (StudioAction("/p/{project}/", _show),)
