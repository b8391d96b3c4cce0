"""Puts a Studio together: every page behind one guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route

from overt.web._pages import plain_routes, style
from overt.web._receiving import App, TooLarge, TooSlow
from overt.web.studio._action import StudioAction
from overt.web.studio._guard import OPEN, SENTENCES, USED, LogFault, guarded
from overt.web.studio._pages import script
from overt.web.studio._studio import Studio
from overt.web.studio._visit import StudioVisit

# What ends a request before there is an answer, with its status; an `HTTPException` has its own.
_STATUSES: dict[Any, int] = {HTTPException: 0, TooLarge: 413, TooSlow: 408, ClientDisconnect: 408, Exception: 500}


def studio_app(studio: Studio, log: LogFault = lambda _: None) -> App:
    """The ASGI application of a Studio; `log` is given errors that nobody foresaw."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> Any:
        yield
        await run_in_threadpool(studio.close)

    app = Starlette(
        routes=list(_routes(studio)), exception_handlers=dict.fromkeys(_STATUSES, _sentence), lifespan=lifespan
    )
    # A path that is not there leads nowhere.
    app.router.redirect_slashes = False
    with_files = [Route(action.path, _nowhere, methods=["POST"]) for action in studio.actions if action.uploads]

    def takes_files(path: str) -> bool:
        scope = {"type": "http", "path": path, "method": "POST", "root_path": ""}
        return any(route.matches(scope)[0] is Match.FULL for route in with_files)

    return guarded(app, studio.keys, studio.port, takes_files, log)


def _routes(studio: Studio) -> Iterator[BaseRoute]:
    by_path: dict[str, dict[str, StudioAction]] = {}
    for action in studio.actions:
        by_path.setdefault(action.path, {})[action.method] = action

    async def opened(request: Request) -> Response:
        if not studio.keys.spend(request.path_params["token"]):
            return PlainTextResponse(f"{USED}\n", 403)
        response = RedirectResponse("/", 303)
        keys = studio.keys
        response.set_cookie(keys.cookie, keys.session, path="/", httponly=True, samesite="strict")
        return response

    yield Route(f"{OPEN}{{token}}", opened, methods=["GET"])
    yield style().route({})
    yield script().route({})
    yield from plain_routes()
    pages = {action.path: action for action in studio.actions if action.method == "GET"}
    for path, actions in by_path.items():
        yield Route(path, _endpoint(studio, actions, pages), methods=list(actions))


def _endpoint(
    studio: Studio, actions: Mapping[str, StudioAction], pages: Mapping[str, StudioAction]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await StudioVisit(studio, request, actions, pages).answer()

    return answer


async def _nowhere(request: Request) -> Response:
    raise HTTPException(404)


def _sentence(request: Request, error: Exception) -> Response:
    kind = next(kind for kind in _STATUSES if isinstance(error, kind))
    status = error.status_code if isinstance(error, HTTPException) else _STATUSES[kind]
    return PlainTextResponse(f"{SENTENCES.get(status, SENTENCES[500])}\n", status)
