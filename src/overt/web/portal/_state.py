"""What the endpoints of one portal share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from overt.register import AccessLog
from overt.web.portal._action import Action
from overt.web.portal._cache import PageCache
from overt.web.portal._config import PortalConfig
from overt.web.portal._desk import Desk
from overt.web.portal._forms import FormTokens
from overt.web.portal._guests import Guests
from overt.web.portal._journal import AccessQueue, ServerLog
from overt.web.portal._metrics import PortalMetrics
from overt.web.portal._pace import Pace
from overt.web.portal._provider import Provider
from overt.web.portal._session import Sessions
from overt.web.portal._shares import Shares

Clock = Callable[[], dt.datetime]


@dataclass
class Portal:
    """What the endpoints of one portal share."""

    config: PortalConfig
    desk: Desk
    journal: AccessLog
    attempts: AccessQueue
    log: ServerLog
    sessions: Sessions
    guests: Guests
    provider: Provider | None
    cache: PageCache
    tokens: FormTokens
    pace: Pace
    shares: Shares
    metrics: PortalMetrics
    now: Clock
    actions: tuple[Action, ...] = field(default=())

    @property
    def cookie(self) -> str:
        """The name of the cookie of a session."""
        return "__Host-overt" if self.config.secure else "overt"

    @property
    def guest_cookie(self) -> str:
        """The name of the cookie of a person who has not signed in yet."""
        return f"{self.cookie}-guest"
