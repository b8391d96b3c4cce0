"""Puts a portal together: the actions of the three sections behind one guard, with the table of roles and access log.

Each request goes through these steps in order, and is refused at the first that fails:

1. `guarded`: the host, the size and pace of what is sent.
2. Identity: the session, on every page except the public ones, which use no cookie.
3. Permission, by `roles.csv`. Either way the attempt is recorded in the access log.
4. For a change: that the form was sent from here, not too often, and contains only what it may.
5. The action itself, in a thread.
"""

from __future__ import annotations

import datetime as dt
import hmac
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from overt.refusals import Refusal
from overt.register import AccessLog, SharedStore
from overt.web._pages import plain_routes, style
from overt.web._receiving import App, Scope
from overt.web.log import log_app
from overt.web.portal import _forms
from overt.web.portal._action import Action
from overt.web.portal._cache import PageCache
from overt.web.portal._config import PortalConfig
from overt.web.portal._desk import Desk
from overt.web.portal._guard import CLIENT, ROUTE, guarded
from overt.web.portal._guests import Guests
from overt.web.portal._journal import AccessQueue, ServerLog
from overt.web.portal._metrics import MEDIA_TYPE, PortalMetrics, state_of
from overt.web.portal._openapi import openapi
from overt.web.portal._pace import Pace
from overt.web.portal._provider import Provider
from overt.web.portal._session import Sessions
from overt.web.portal._shares import Shares
from overt.web.portal._signin import door_actions
from overt.web.portal._state import Clock, Portal
from overt.web.portal._visit import FAILURES, Visit, failures, problem_response
from overt.web.portal.oversight import ACTIONS as OVERSIGHT
from overt.web.portal.public import ACTIONS as PUBLIC
from overt.web.portal.staff import ACTIONS as STAFF
from overt.web.serving import Clients, is_in

# For how long the answer of a provider to one sign-in is known to have come already.
_STATE_SECONDS = 86_400.0


def all_actions(config: PortalConfig) -> tuple[Action, ...]:
    """Everything that can be done in a portal of this set-up."""
    return (*PUBLIC, *door_actions(config), *STAFF, *OVERSIGHT)


def portal(
    register: Path,
    config: PortalConfig,
    now: Clock = lambda: dt.datetime.now(dt.UTC),
    *,
    clock: Callable[[], float] = time.time,
    log: ServerLog | None = None,
) -> App:
    """The ASGI application of a register's three faces; `register` is its folder.

    `now` is the clock of records and pages, `clock` (in seconds) that of sessions and limits, which all processes of a
    portal have in common. The register is opened at once, and closed when the server stops.
    """
    server_log = log or ServerLog(lambda: dt.datetime.now(dt.UTC), least=config.log_level)
    desk = Desk(register, config, now)
    shared = SharedStore(register)
    journal, secret = AccessLog(register, shared), shared.secret()

    def is_first_use(state: str) -> bool:
        return shared.is_first_use(hmac.digest(secret, state.encode(), sha256), clock(), _STATE_SECONDS)

    openid = config.openid
    provider = (
        Provider(openid, config.base, now, clock, config.provider_seconds, is_first_use=is_first_use)
        if openid is not None
        else None
    )
    opened = Portal(
        config,
        desk,
        journal,
        AccessQueue(journal),
        server_log,
        Sessions(shared, config.idle_seconds, config.session_seconds, clock),
        Guests(config.idle_seconds, clock, secret),
        provider,
        PageCache(config.cache_seconds, clock),
        _forms.FormTokens(secret, clock),
        Pace(config, shared, secret, clock),
        Shares(),
        PortalMetrics(),
        now,
        all_actions(config),
    )

    opened.metrics.measure(lambda: state_of(desk, opened.sessions, opened.shares))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> Any:
        server_log.say("started", register=desk.folder.name)
        yield
        await run_in_threadpool(desk.close)
        shared.close()
        server_log.say("stopped")

    app = Starlette(
        routes=list(_routes(opened)), exception_handlers=dict.fromkeys(FAILURES, failures(opened)), lifespan=lifespan
    )
    # A path that is not there leads nowhere.
    app.router.redirect_slashes = False
    app.state.portal = opened

    def page(scope: Scope, status: int) -> tuple[bytes, str]:
        response = problem_response(opened, Request(scope), status, "", None)
        return bytes(response.body), response.headers["content-type"]

    clients = Clients(config.proxies, config.proxy_header)
    return guarded(
        app,
        config.hosts,
        server_log,
        clients,
        page,
        secure=config.secure,
        body_seconds=config.body_seconds,
        observe=opened.metrics.observe,
    )


def _routes(portal: Portal) -> Iterator[BaseRoute]:
    by_path: dict[str, dict[str, Action]] = {}
    for action in portal.actions:
        by_path.setdefault(action.path, {})[action.method] = action
    for path, by_method in by_path.items():
        yield Route(path, _endpoint(portal, by_method), methods=list(by_method))

    async def health(request: Request) -> Response:
        request.scope[ROUTE] = "/health"
        return JSONResponse({"alive": True}, headers={"cache-control": "no-store"})

    async def ready(request: Request) -> Response:
        request.scope[ROUTE] = "/ready"
        readiness = await portal.shares.run("ready", _readiness, portal)
        return JSONResponse(readiness, 200 if readiness["register"] == "open" else 503, {"cache-control": "no-store"})

    async def metrics(request: Request) -> Response:
        request.scope[ROUTE] = "/metrics"
        if not is_in(str(request.scope.get(CLIENT, "")), portal.config.metrics_from):
            raise HTTPException(404)
        text = await portal.shares.run("ready", portal.metrics.text)
        return Response(text, headers={"cache-control": "no-store"}, media_type=MEDIA_TYPE)

    async def described(request: Request) -> Response:
        return JSONResponse(openapi(portal.actions), headers={"cache-control": "public, max-age=300"})

    yield style().route({ROUTE: "/static"})
    yield from plain_routes()
    yield Route("/health", health)
    yield Route("/ready", ready)
    yield Route("/metrics", metrics)
    yield Route("/openapi.json", described)
    yield Mount("/ledger", log_app(portal.desk.log()))


def _readiness(portal: Portal) -> dict[str, Any]:
    """Whether the register can be read and written."""
    try:
        with portal.desk.writing(), portal.desk.reading() as register:
            # Its size would be a count of records.
            register.size()
            return {"register": "open"}
    except Refusal as refusal:
        return {"register": "not readable", "error": refusal.code}
    except Exception as error:
        return {"register": "not readable", "error": type(error).__name__}


def _endpoint(portal: Portal, by_method: Mapping[str, Action]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        action = by_method["GET" if request.method == "HEAD" else request.method]
        request.scope[ROUTE] = action.path
        return await Visit(portal, request, action).answer()

    return answer
