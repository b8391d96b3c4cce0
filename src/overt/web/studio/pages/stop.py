"""Stopping Studio: what is being written is finished, then all its processes end."""

from __future__ import annotations

from overt.web._answers import Page
from overt.web.studio._action import StudioAction, StudioAsk


def _show(ask: StudioAsk) -> Page:
    return Page("studio/stop.html")


def _stop(ask: StudioAsk) -> Page:
    ask.studio.stop()
    return Page("studio/stopped.html")


ACTIONS = (
    StudioAction("/stop", _show),
    StudioAction("/p/{project}/stop", _show),
    StudioAction("/stop", _stop, "POST"),
)
