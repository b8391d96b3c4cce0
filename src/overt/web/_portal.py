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
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from overt.ledger import log_app
from overt.refusals import Refusal, Refusals
from overt.register import Hold
from overt.web import _forms
from overt.web._action import (
    Action,
    Answer,
    Ask,
    Away,
    Face,
    Plain,
    Shown,
    SignedIn,
    SignedOut,
    Who,
)
from overt.web._cache import PageCache
from overt.web._clients import Clients
from overt.web._config import PortalConfig
from overt.web._desk import Desk
from overt.web._faults import summary_of, words_of
from overt.web._guard import CLIENT, ROUTE, App, Scope, TooLarge, TooSlow, guarded
from overt.web._guests import Guest, Guests
from overt.web._journal import FOLDER, AccessLog, Attempt, ServerLog
from overt.web._openapi import openapi
from overt.web._pace import Pace, TooOften, Try
from overt.web._pages import STATIC, plain, render, style
from overt.web._provider import Provider
from overt.web._roles import ANYONE, may
from overt.web._session import Session, Sessions
from overt.web._shares import Shares, TooBusy, share_of
from overt.web._signin import door_actions
from overt.web._statuses import DETAILS, HEADINGS
from overt.web.oversight import ACTIONS as OVERSIGHT
from overt.web.public import ACTIONS as PUBLIC
from overt.web.staff import ACTIONS as STAFF

Clock = Callable[[], dt.datetime]
_PROBLEM = "application/problem+json"
# What a function behind refuses because of where it runs, and not because of what it was given.
_UNAVAILABLE = {"engine-unreachable", "register-unreachable", "register-busy", "portal-lock-lost"}
# What ends a request before there is an answer, with its status; an `HTTPException` has its own.
_FAILURES: dict[Any, int] = {
    HTTPException: 0, TooLarge: 413, TooSlow: 408, ClientDisconnect: 408, Refusal: 503, Exception: 500,
}  # fmt: skip
_ACTION_FACES = {Face.PUBLIC: "Public", Face.STAFF: "Staff", Face.OVERSIGHT: "Oversight"}
_FIRST_PAGE = {Face.PUBLIC: "/", Face.STAFF: "/staff", Face.OVERSIGHT: "/oversight"}


@dataclass
class Portal:
    """What the endpoints of one portal share."""

    config: PortalConfig
    desk: Desk
    journal: AccessLog
    log: ServerLog
    sessions: Sessions
    guests: Guests
    provider: Provider | None
    cache: PageCache
    tokens: _forms.FormTokens
    pace: Pace
    shares: Shares
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


def all_actions(config: PortalConfig) -> tuple[Action, ...]:
    """Everything that can be done in a portal of this set-up."""
    return (*PUBLIC, *door_actions(config), *STAFF, *OVERSIGHT)


def portal(
    register: Path,
    config: PortalConfig,
    now: Clock = lambda: dt.datetime.now(dt.UTC),
    *,
    clock: Callable[[], float] = time.monotonic,
    log: ServerLog | None = None,
) -> App:
    """The ASGI application of a register's three faces; `register` is its folder.

    `now` is the clock of records and pages, `clock` (in seconds) that of sessions and limits. The register is opened
    at once, and closed when the server stops.
    """
    said = log or ServerLog(lambda: dt.datetime.now(dt.UTC))
    # First of all: two portals would write one access log.
    hold = Hold(register, f"{FOLDER}/lock")
    try:
        desk, journal = Desk(register, config, now, hold), AccessLog(register)
    except BaseException:
        hold.release()
        raise
    made = Portal(
        config,
        desk,
        journal,
        said,
        Sessions(config.idle_seconds, config.session_seconds, clock),
        Guests(config.idle_seconds, clock),
        Provider(config.openid, config.base, now, clock, config.provider_seconds) if config.openid else None,
        PageCache(config.cache_seconds, clock),
        _forms.FormTokens(clock),
        Pace(config, clock),
        Shares(),
        now,
        all_actions(config),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> Any:
        said.say("started", register=desk.folder.name)
        yield
        await run_in_threadpool(desk.close)
        made.journal.close()
        said.say("stopped")

    app = Starlette(
        routes=list(_routes(made)),
        exception_handlers=dict.fromkeys(_FAILURES, _failed(made)),
        lifespan=lifespan,
    )
    # A path that is not there leads nowhere.
    app.router.redirect_slashes = False
    app.state.portal = made

    def page(scope: Scope, status: int) -> tuple[bytes, str]:
        response = problem_response(made, Request(scope), status, "", None)
        return bytes(response.body), response.headers["content-type"]

    clients = Clients(config.proxies, config.proxy_header)
    seconds = config.body_seconds
    return guarded(app, config.hosts, said, clients, page, secure=config.secure, body_seconds=seconds)


def _routes(portal: Portal) -> Iterator[BaseRoute]:
    by_path: dict[str, dict[str, Action]] = {}
    for action in portal.actions:
        by_path.setdefault(action.path, {})[action.method] = action
    for path, by_method in by_path.items():
        yield Route(path, _endpoint(portal, by_method), methods=list(by_method))
    sheet, licence = style(), (STATIC / "LICENCE-govuk-frontend.txt").read_bytes()
    drawn = (STATIC / "icon.svg").read_bytes()

    async def static(request: Request) -> Response:
        request.scope[ROUTE] = "/static"
        headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(sheet.compressed, headers={**headers, "content-encoding": "gzip"}, media_type="text/css")
        return Response(sheet.content, headers=headers, media_type="text/css")

    async def licences(request: Request) -> Response:
        return Response(licence, media_type="text/plain")

    async def health(request: Request) -> Response:
        request.scope[ROUTE] = "/health"
        return JSONResponse({"alive": True}, headers={"cache-control": "no-store"})

    async def ready(request: Request) -> Response:
        request.scope[ROUTE] = "/ready"
        found = await portal.shares.run("ready", _readiness, portal)
        return JSONResponse(found, 200 if found["register"] == "open" else 503, {"cache-control": "no-store"})

    async def described(request: Request) -> Response:
        return JSONResponse(openapi(portal.actions), headers={"cache-control": "public, max-age=300"})

    async def icon(request: Request) -> Response:
        headers = {"cache-control": "public, max-age=86400"}
        return Response(drawn, headers=headers, media_type="image/svg+xml")

    yield Route(sheet.address, static)
    yield Route("/static/icon.svg", icon)
    yield Route("/static/licences.txt", licences)
    yield Route("/health", health)
    yield Route("/ready", ready)
    yield Route("/openapi.json", described)
    yield Mount("/ledger", log_app(portal.desk.log()))


def _readiness(portal: Portal) -> dict[str, Any]:
    """Whether the register can be read and written, and this portal may do it."""
    try:
        with portal.desk.writing(), portal.desk.reading() as register:
            # Its size would be a count of records.
            register.size()
            return {"register": "open"}
    except Refusal as refusal:
        return {"register": "not readable", "error": refusal.code}
    except Exception as error:
        return {"register": "not readable", "error": type(error).__name__}


# --- one request ----------------------------------------------------------------------------------------------------


def _endpoint(portal: Portal, by_method: Mapping[str, Action]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        action = by_method["GET" if request.method == "HEAD" else request.method]
        request.scope[ROUTE] = action.path
        return await _Visit(portal, request, action).answer()

    return answer


class _Visit:
    """One request for one action."""

    def __init__(self, portal: Portal, request: Request, action: Action) -> None:
        self.portal = portal
        self.request = request
        self.action = action
        self.number = "" if action.face is Face.PUBLIC else request.cookies.get(portal.cookie, "")
        self.session: Session | None = portal.sessions.find(self.number) if self.number else None
        self.person = self.session.who if self.session else None
        self.client = str(request.scope.get(CLIENT, ""))
        self.sets_cookie = False
        # Who is at the door, and how they came: what they bring is not changed by what is done here.
        self.came = portal.guests.read(request.cookies.get(portal.guest_cookie, "")) if self._at_door else None
        self.guest: Guest | None = None
        if self._at_door:
            self.guest = replace(self.came, tries=dict(self.came.tries)) if self.came else portal.guests.new()
        self.as_json = _wants_json(request)

    async def answer(self) -> Response:
        """The response; the attempt is logged before it is sent."""
        if not may(self.person.roles if self.person else (), self.action.name):
            return self._forbidden()
        try:
            response = await self._allowed()
        except HTTPException as error:
            self._logged("refused", error.status_code)
            raise
        except Exception as error:
            self._logged("refused", _FAILURES.get(type(error), 500))
            raise
        self._logged("allowed" if response.status_code < 400 else "refused", response.status_code)
        return response

    def _forbidden(self) -> Response:
        status = 403 if self.person else 401
        self._logged("forbidden", status)
        if self.person is None and self.action.method == "GET" and not self.as_json:
            where = urlencode({"next": self.request.url.path})
            return RedirectResponse(f"/sign-in?{where}", 303, {"cache-control": "no-store"})
        return self._problem(status)

    async def _allowed(self) -> Response:
        action = self.action
        if action.cached and not self.request.url.query:
            return await self._cached()
        received = _forms.Received({}, {})
        if action.method == "POST":
            received = await _forms.receive(self.request, action)
            self._check_sent_from_here(received)
        ask = self._ask(received)
        counted = self._count(ask)
        response = await self._in_turn(ask)
        taken = response.status_code < 400
        if counted is not None and action.name == "door.password" and taken:
            self.portal.pace.signed_in(self.client, ask.form["staff"])
            counted.forget()
        elif counted is not None and action.with_token and not taken:
            counted.forget()
        return response

    def _count(self, ask: Ask) -> Try | None:
        """Counts what is limited, once it is known to come from a page of ours; refused with 429 when too much."""
        action, pace = self.action, self.portal.pace
        if action.method != "POST":
            return None
        try:
            if action.name == "door.password":
                return pace.password(self.client, ask.form.get("staff", ""))
            if action.name == "door.to-provider":
                return pace.to_provider(self.client)
            if action.face is Face.PUBLIC and (
                not action.with_token or self.portal.tokens.holds(ask.form.get("token", ""))
            ):
                return pace.form(self.client)
        except TooOften:
            raise HTTPException(429, headers={"retry-after": "60"}) from None
        return None

    async def _in_turn(self, ask: Ask) -> Response:
        """Runs the action when it is this client's turn; for a person who has signed in, the account is the client."""
        asker = f"staff {self.person.staff}" if self.person else self.client
        try:
            async with self.portal.shares.turn(asker):
                return await self._done(ask)
        except TooBusy:
            raise HTTPException(503, headers={"retry-after": "10"}) from None

    def _check_sent_from_here(self, received: _forms.Received) -> None:
        if not _forms.same_site(self.request):
            raise HTTPException(403, "sent from another site")
        if self.action.face is Face.PUBLIC:
            return
        given = received.texts.pop(_forms.CSRF_FIELD, "") or self.request.headers.get(_forms.CSRF_HEADER, "")
        known = self.session or self.came
        wanted = known.csrf if known else ""
        if not wanted or not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
            raise HTTPException(403, "not sent from a page of this session")

    def _ask(self, received: _forms.Received) -> Ask:
        action = self.action
        query = self.request.query_params
        known = {each.name for each in action.query}
        if (set(query) - known and not action.more) or len(query.multi_items()) > len(set(query)):
            raise HTTPException(400)
        asked_for = {name: value for name, value in query.items() if name in known}
        asked, _, faults = _forms.read_fields(action.query, _forms.Received(asked_for, {}))
        if faults:
            raise HTTPException(400)
        extra = frozenset((_forms.HONEYPOT, "token")) if action.face is Face.PUBLIC else frozenset()
        texts, files, wrong = _forms.read_fields(action.fields, received, extra)
        texts |= {name: received.texts[name] for name in extra if name in received.texts}
        return Ask(
            desk=self.portal.desk,
            config=self.portal.config,
            journal=self.portal.journal,
            now=self.portal.now(),
            path=self.request.path_params,
            query=asked,
            form=texts,
            files=files,
            faults=wrong,
            person=self.person,
            session=self.session,
            guest=self.guest,
            provider=self.portal.provider,
            request=self.request,
            tokens=self.portal.tokens,
        )

    async def _done(self, ask: Ask) -> Response:
        """Runs the action and makes its page, in a thread: the loop serves everyone."""
        share = share_of(self.action.face, self.person is not None)
        found = await self.portal.shares.run(share, self._in_thread, ask)
        if isinstance(found, Response):
            return found
        try:
            answer = await found
        except Refusal as refusal:
            answer = _refused([refusal])
        return self._respond(ask, answer)

    def _in_thread(self, ask: Ask) -> Response | Awaitable[Answer]:
        try:
            answer = self.action.answer(ask)
        except Refusal as refusal:
            answer = _refused([refusal])
        except Refusals as refusals:
            answer = _refused(refusals.refusals)
        return answer if isinstance(answer, Awaitable) else self._respond(ask, answer)

    # --- what goes out ---

    def _respond(self, ask: Ask, answer: Answer) -> Response:
        if isinstance(answer, Shown):
            return self._with_cookie(self._shown(ask, answer))
        if isinstance(answer, Plain):
            headers = {"cache-control": "no-store" if self.action.face is not Face.PUBLIC else "public, max-age=60"}
            if answer.name:
                headers["content-disposition"] = f'attachment; filename="{answer.name}"'
            return self._with_cookie(Response(answer.content, headers=headers, media_type=answer.media_type))
        if isinstance(answer, Away):
            return self._with_cookie(self._shown(ask, _away(answer)))
        if isinstance(answer, SignedIn):
            self.number, self.session = self.portal.sessions.begin(answer.who, answer.leave, self.number)
            self.person, self.sets_cookie, self.guest = answer.who, True, None
            return self._with_cookie(
                self._gone(answer.location, {"staff": answer.who.staff, "csrf": self.session.csrf})
            )
        if isinstance(answer, SignedOut):
            self.portal.sessions.end(self.number)
            self.session = self.person = None
            left = Away(answer.leave, "Your organisation's sign-out")
            response = self._shown(ask, _away(left)) if answer.leave else self._gone(answer.location, {})
            response.delete_cookie(self.portal.cookie, secure=self.portal.config.secure, httponly=True, samesite="lax")
            # Not "cookies": browsers would clear those of every site below the same domain, the provider's too.
            response.headers["clear-site-data"] = '"cache", "storage"'
            return response
        return self._with_cookie(self._gone(answer.location, answer.data))

    def _shown(self, ask: Ask, answer: Shown) -> Response:
        status = answer.status or (422 if answer.faults else 200)
        headers = _headers_of(status)
        if self.as_json:
            return self._json(answer, status, headers)
        content = self._page(answer, ask)
        return Response(content, status, headers, "text/html; charset=utf-8")

    def _json(self, answer: Shown, status: int, headers: dict[str, str]) -> Response:
        if status >= 400:
            found = {"faults": plain(list(answer.faults)), **plain(answer.data)}
            return JSONResponse(_forms.problem("not-taken", status, "see faults", **found), status, headers, _PROBLEM)
        csrf = {"csrf": self._csrf} if self._csrf else {}
        return JSONResponse({**plain(answer.data), **csrf}, status, headers)

    def _page(self, answer: Shown, ask: Ask | None) -> bytes:
        given = {**ask.form} if ask else {}
        given.update(answer.data.get("given", {}))
        fields = answer.data.get("fields", self.action.fields)
        errors = {each.field: words_of(each) for each in reversed(answer.faults)}
        context = {
            "back": None, "lead": (), "refusals": (), "onward": None, "button": "Continue", "target": self.action.path,
            **answer.data,
            "fields": fields, "given": given, "errors": errors, "faults": answer.faults,
            "summary": summary_of(answer.faults, fields),
            "csrf": self._csrf,
            **self._frame(),
        }  # fmt: skip
        return render(answer.template, context)

    def _frame(self) -> dict[str, Any]:
        face = self.action.face
        roles = self.person.roles if self.person else ()
        pages = [each for each in self.portal.actions if each.nav and each.face is face and may(roles, each.name)]
        here = self.request.url.path
        longest = max((each.path for each in pages if _leads_to(each.path, here)), key=len, default="")
        return {
            "register": self.portal.desk.title(),
            "synthetic": self.portal.config.synthetic,
            "who": self.person,
            "here": here,
            "nav": [{"href": each.path, "text": each.nav, "current": each.path == longest} for each in pages],
            "faces": [
                {"href": _FIRST_PAGE[each], "text": words, "current": each is face}
                for each, words in _ACTION_FACES.items()
            ],
        }

    def _gone(self, location: str, data: Mapping[str, Any]) -> Response:
        if self.as_json:
            return JSONResponse({**plain(data), "location": location}, 201, {"cache-control": "no-store"})
        return RedirectResponse(location, 303, {"cache-control": "no-store"})

    @property
    def _at_door(self) -> bool:
        return self.action.face is Face.DOOR

    @property
    def _csrf(self) -> str:
        """What stands in the forms of this visit's page."""
        known = self.session or self.guest
        return known.csrf if known else ""

    def _with_cookie(self, response: Response) -> Response:
        """The answer with the cookies that it changes: the guest's while at the door, then the session's."""
        secure = self.portal.config.secure
        if self.guest is None and self.came is not None:
            response.delete_cookie(self.portal.guest_cookie, secure=secure, httponly=True, samesite="lax")
        kept = {}
        if self.guest is not None and self.guest != self.came:
            kept[self.portal.guest_cookie] = self.portal.guests.sealed(self.guest)
        if self.sets_cookie:
            kept[self.portal.cookie] = self.number
        for name, value in kept.items():
            response.set_cookie(name, value, path="/", secure=secure, httponly=True, samesite="lax")
        return response

    async def _cached(self) -> Response:
        form = "json" if self.as_json else "html"

        async def make() -> tuple[bytes, str]:
            ask = self._ask(_forms.Received({}, {}))
            response = await self._done(ask)
            if response.status_code != 200:
                raise HTTPException(response.status_code)
            return bytes(response.body), response.headers["content-type"]

        kept = await self.portal.cache.get(f"{form} {self.request.url.path}", make)
        headers = {"cache-control": "public, max-age=30", "etag": kept.tag, "vary": "accept"}
        if self.request.headers.get("if-none-match") == kept.tag:
            return Response(status_code=304, headers=headers)
        return Response(kept.content, headers={**headers, "content-type": kept.media_type})

    def _problem(self, status: int, detail: str = "") -> Response:
        return problem_response(self.portal, self.request, status, detail, self)

    def said(self, status: int, detail: str) -> bytes:
        """The short page of a status."""
        onward = {"href": "/sign-in", "text": "Sign in"} if status == 401 else {"href": "/", "text": "Home page"}
        data = {"heading": HEADINGS.get(status, "Sorry, there is a problem"), "lead": [detail], "onward": onward}
        return self._page(Shown("shared/said.html", data, status), None)

    def _logged(self, outcome: str, status: int) -> None:
        who = self.person or Who(ANYONE, ())
        moment = self.portal.now().astimezone(dt.UTC).isoformat(timespec="seconds")
        action = self.action
        attempt = Attempt(moment, who.staff, who.roles, action.face.value, action.name, action.method, outcome, status)
        # A portal that is not alone in the folder would fork the log.
        self.portal.desk.hold.check_folder()
        self.portal.journal.add(attempt)


def problem_response(portal: Portal, request: Request, status: int, detail: str, visit: _Visit | None) -> Response:
    """A status with its words: a page for a browser, a problem for a program."""
    told = detail or DETAILS.get(status, "Nothing was changed.")
    headers = _headers_of(status)
    if _wants_json(request):
        return JSONResponse(_forms.problem(f"http-{status}", status, told), status, headers, _PROBLEM)
    lost = Action("public.lost", Face.PUBLIC, request.url.path, "", lambda _: Shown("shared/said.html"))
    page = (visit or _Visit(portal, request, lost)).said(status, told)
    return Response(page, status, headers, "text/html; charset=utf-8")


def _headers_of(status: int) -> dict[str, str]:
    return {"cache-control": "no-store", **({"retry-after": "60"} if status == 503 else {})}


def _failed(portal: Portal) -> Callable[[Request, Exception], Response]:
    def failed(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 0) or _FAILURES.get(type(error), 500)
        response = problem_response(portal, request, status, "", None)
        for name, value in (getattr(error, "headers", None) or {}).items():
            response.headers[name] = value
        if isinstance(error, TooLarge | TooSlow):
            response.headers["connection"] = "close"
        return response

    return failed


def _away(answer: Away) -> Shown:
    return Shown("shared/away.html", {"heading": answer.heading, "location": answer.location})


def _refused(refusals: Sequence[Refusal]) -> Shown:
    """A refusal as a page. It contains no value of a personal field."""
    found = [
        {"code": each.code, "found": f"{each.where}: {each.found}", "wanted": each.wanted, "remedy": each.remedy}
        for each in refusals
    ]
    if any(each.code in _UNAVAILABLE for each in refusals):
        return Shown("shared/said.html", {"heading": HEADINGS[503], "lead": [DETAILS[503]], "refusals": found}, 503)
    return Shown("shared/said.html", {"heading": "There is a problem", "refusals": found}, 422)


def _wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def _leads_to(path: str, here: str) -> bool:
    return here == path or (path not in _FIRST_PAGE.values() and here.startswith(f"{path}/"))


__all__ = ["Portal", "all_actions", "portal"]
