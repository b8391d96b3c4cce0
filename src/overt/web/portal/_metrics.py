"""Figures of a portal for Prometheus: how many requests by route and status, how long they took, who waits for a turn.

Nothing here tells a person, an entry, or how many records there are. Only addresses in `metrics_from` may read them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from overt import __version__
from overt.ledger import open_checkpoint, read_published
from overt.refusals import Refusal
from overt.register import recorded_at
from overt.web.portal._desk import Desk

if TYPE_CHECKING:
    from overt.web.portal._session import Sessions
    from overt.web.portal._shares import Shares

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class PortalMetrics:
    """The figures of one process; `state` gives those that are measured when they are asked for."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "overt_requests", "Requests answered", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "overt_request_seconds", "Seconds until an answer was sent", ["route"],
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts a request. One that met no route counts under an empty one, however many addresses are tried."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def measure(self, state: Callable[[], Iterator[Any]]) -> None:
        """Has the figures of a state measured whenever they are asked for."""
        self._registry.register(_Measured(state))

    def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self._registry)


class _Measured:
    def __init__(self, state: Callable[[], Iterator[Any]]) -> None:
        self._state = state

    def describe(self) -> list[Any]:
        """Nothing: what is measured is not asked for when it is registered."""
        return []

    def collect(self) -> Iterator[Any]:
        """The figures of this moment."""
        yield from self._state()


def state_of(desk: Desk, sessions: Sessions, shares: Shares) -> Iterator[Any]:
    """What is measured of a portal when it is asked: its version, sessions, threads, register and ledger."""
    info = GaugeMetricFamily("overt_info", "The version of Overt", labels=["version"])
    info.add_metric([__version__], 1)
    yield info
    yield GaugeMetricFamily("overt_sessions", "People who are signed in", value=len(sessions))
    busy = GaugeMetricFamily("overt_threads_busy", "Threads that make a page", labels=["share"])
    waiting = GaugeMetricFamily("overt_threads_waiting", "Pages that wait for a thread", labels=["share"])
    for share, (borrowed, queued) in shares.in_use().items():
        busy.add_metric([share], borrowed)
        waiting.add_metric([share], queued)
    yield from (busy, waiting)
    seconds = _unpublished_seconds(desk)
    is_ready = seconds is not None
    yield GaugeMetricFamily("overt_register_ready", "Whether the register can be read", value=int(is_ready))
    if seconds is not None and seconds >= 0:
        help_text = "Age of the oldest ledger entry that is not published; 0 if there is none"
        yield GaugeMetricFamily("overt_ledger_unpublished_seconds", help_text, value=seconds)


def _unpublished_seconds(desk: Desk) -> float | None:
    """The age of the oldest entry that is not published; -1 where no log is published, none without a register."""
    try:
        with desk.reading() as register:
            policy = desk.policy()
            if policy is None:
                return -1.0
            size = open_checkpoint(read_published(desk.log()), policy.keys()).checkpoint.size
            at = recorded_at(register, size)
    except Refusal as refusal:
        return -1.0 if refusal.code in ("no-checkpoint", "signature-unknown") else None
    if at is None:
        return 0.0
    since = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)
    return max((desk.now() - since).total_seconds(), 0.0)
