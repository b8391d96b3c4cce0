"""One request for one action, from the cookie to the answer; the order of its checks is that of `_portal`."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from overt.refusals import Refusal, Refusals
from overt.register import LoggedAttempt
from overt.web._answers import Page, Plain
from overt.web._faults import summary_of, words_of
from overt.web._forms import Received, read_fields, receive
from overt.web._problem import PROBLEM, problem
from overt.web._receiving import TooLarge, TooSlow
from overt.web.portal import _forms
from overt.web.portal._action import Action, Answer, Ask, Away, Face, SentAtHand, SignedIn, SignedOut, StaffMember
from overt.web.portal._at_hand import hand_over
from overt.web.portal._guard import CLIENT
from overt.web.portal._guests import Guest
from overt.web.portal._leaving import WorkInHand, until_gone
from overt.web.portal._pace import CountedTry, TooOften
from overt.web.portal._pages import plain, render
from overt.web.portal._refused import away_page, refused_page
from overt.web.portal._roles import ANYONE, may
from overt.web.portal._session import Session, remembered
from overt.web.portal._shares import TooBusy, share_of
from overt.web.portal._state import Portal
from overt.web.portal._statuses import DETAILS, HEADINGS

# What ends a request before there is an answer, with its status; an `HTTPException` has its own.
FAILURES: dict[Any, int] = {
    HTTPException: 0, TooLarge: 413, TooSlow: 408, ClientDisconnect: 408, Refusal: 503, Exception: 500,
}  # fmt: skip
_ACTION_FACES = {Face.PUBLIC: "Public", Face.STAFF: "Staff", Face.OVERSIGHT: "Oversight"}
_FIRST_PAGE = {Face.PUBLIC: "/", Face.STAFF: "/staff", Face.OVERSIGHT: "/oversight"}


class Visit:
    """One request for one action."""

    def __init__(self, portal: Portal, request: Request, action: Action) -> None:
        self.portal = portal
        self.request = request
        self.action = action
        self.number = "" if action.face is Face.PUBLIC else request.cookies.get(portal.cookie, "")
        self.session: Session | None = None
        self.person: StaffMember | None = None
        self.remembered = ""
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
        if self.number:
            self._come(await self._state(self.portal.sessions.find, self.number))
        if not may(self.person.roles if self.person else (), self.action.name):
            return await self._forbidden()
        try:
            response = await self._allowed()
        except HTTPException as error:
            await self._logged("refused", error.status_code)
            raise
        except Exception as error:
            await self._logged("refused", FAILURES.get(type(error), 500))
            raise
        await self._logged("allowed" if response.status_code < 400 else "refused", response.status_code)
        return response

    def _come(self, session: Session | None) -> None:
        """The person whose session it is comes to this page."""
        self.session = session
        self.person = session.who if session else None
        self.remembered = remembered(session.kept) if session else ""

    async def _state(self, ask: Callable[..., Any], *arguments: Any) -> Any:
        """Something that all processes know, which a thread asks for."""
        return await self.portal.shares.run("state", ask, *arguments)

    async def _forbidden(self) -> Response:
        status = 403 if self.person else 401
        await self._logged("forbidden", status)
        if self.person is None and self.action.method == "GET" and not self.as_json:
            where = urlencode({"next": self.request.url.path})
            return RedirectResponse(f"/sign-in?{where}", 303, {"cache-control": "no-store"})
        return self._problem(status)

    async def _allowed(self) -> Response:
        action = self.action
        if action.cached and not self.request.url.query:
            return await self._cached()
        received = Received({}, {})
        if action.method == "POST":
            received = await receive(self.request, action.most_bytes, len(action.fields))
            self._check_sent_from_here(received)
        ask = self._ask(received)
        counted = await self._state(self._count, ask) if action.method == "POST" else None
        response = await self._in_turn(ask)
        taken = response.status_code < 400
        if counted is not None and action.name == "door.password" and taken:
            await self._state(self.portal.pace.signed_in, self.client, ask.form["staff"])
            await self._state(counted.forget)
        elif counted is not None and action.with_token and not taken:
            await self._state(counted.forget)
        if self.session is not None and remembered(self.session.kept) != self.remembered:
            await self._state(self.portal.sessions.keep, self.number, self.session)
        return response

    def _count(self, ask: Ask) -> CountedTry | None:
        """Counts what is limited, once it is known to come from a page of ours; refused with 429 when too much."""
        action, pace = self.action, self.portal.pace
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

    def _check_sent_from_here(self, received: Received) -> None:
        if not _forms.same_site(self.request):
            raise HTTPException(403, "sent from another site")
        if self.action.face is Face.PUBLIC:
            return
        token = received.texts.pop(_forms.CSRF_FIELD, "") or self.request.headers.get(_forms.CSRF_HEADER, "")
        known = self.session or self.came
        wanted = known.csrf if known else ""
        if not wanted or not hmac.compare_digest(wanted.encode(), token.encode("utf-8", "replace")):
            raise HTTPException(403, "not sent from a page of this session")

    def _ask(self, received: Received) -> Ask:
        action = self.action
        query = self.request.query_params
        known = {field.name for field in action.query}
        if (set(query) - known and not action.more) or len(query.multi_items()) > len(set(query)):
            raise HTTPException(400)
        asked_for = {name: value for name, value in query.items() if name in known}
        query_values, _, faults = read_fields(action.query, Received(asked_for, {}))
        if faults:
            raise HTTPException(400)
        extra = frozenset((_forms.HONEYPOT, "token")) if action.face is Face.PUBLIC else frozenset()
        texts, files, wrong = read_fields(action.fields, received, extra)
        texts |= {name: received.texts[name] for name in extra if name in received.texts}
        return Ask(
            desk=self.portal.desk,
            config=self.portal.config,
            journal=self.portal.journal,
            now=self.portal.now(),
            path=self.request.path_params,
            query=query_values,
            form=texts,
            files=files,
            faults=wrong,
            person=self.person,
            session=self.session,
            guest=self.guest,
            provider=self.portal.provider,
            request=self.request,
            tokens=self.portal.tokens,
            sessions=self.portal.sessions,
        )

    async def _done(self, ask: Ask, *, watched: bool = True) -> Response:
        """Runs the action and makes its page, in a thread: the loop serves everyone.

        A page that only reads is given up when its client leaves, if it is `watched`.
        """
        share = share_of(self.action.face, self.person is not None)
        work = WorkInHand()
        task = self.portal.shares.run(share, work.run, self._in_thread, ask)
        is_page = watched and self.action.method == "GET"
        result = await (until_gone(self.request, work, task) if is_page else task)
        if isinstance(result, Response):
            return result
        try:
            answer = await result
        except Refusal as refusal:
            answer = refused_page([refusal])
        return cast("Response", await self._state(self._respond, ask, answer))

    def _in_thread(self, ask: Ask) -> Response | Awaitable[Answer]:
        try:
            answer = self.action.answer(ask)
        except Refusal as refusal:
            answer = refused_page([refusal])
        except Refusals as refusals:
            answer = refused_page(refusals.refusals)
        return answer if isinstance(answer, Awaitable) else self._respond(ask, answer)

    # --- what goes out ---

    def _respond(self, ask: Ask, answer: Answer) -> Response:
        if isinstance(answer, Page):
            return self._with_cookie(self._shown(ask, answer))
        if isinstance(answer, Plain):
            headers = {
                "cache-control": "no-store" if self.action.face is not Face.PUBLIC else "public, max-age=60",
                **answer.headers,
            }
            if answer.name:
                headers["content-disposition"] = f'attachment; filename="{answer.name}"'
            return self._with_cookie(Response(answer.content, headers=headers, media_type=answer.media_type))
        if isinstance(answer, Away):
            return self._with_cookie(self._shown(ask, away_page(answer)))
        if isinstance(answer, SignedIn):
            self.number, self.session = self.portal.sessions.begin(answer.who, answer.leave, self.number)
            self.person, self.sets_cookie, self.guest = answer.who, True, None
            self.remembered = remembered(self.session.kept)
            return self._with_cookie(
                self._gone(answer.location, {"staff": answer.who.staff, "csrf": self.session.csrf})
            )
        if isinstance(answer, SignedOut):
            self.portal.sessions.end(self.number)
            self.session = self.person = None
            left = Away(answer.leave, "Your organisation's sign-out")
            response = self._shown(ask, away_page(left)) if answer.leave else self._gone(answer.location, {})
            hand_over(response, self.portal.config, "")
            response.delete_cookie(self.portal.cookie, secure=self.portal.config.secure, httponly=True, samesite="lax")
            # Not "cookies": browsers would clear those of every site below the same domain, the provider's too.
            response.headers["clear-site-data"] = '"cache", "storage"'
            return response
        sent = self._gone(answer.location, answer.data)
        if isinstance(answer, SentAtHand):
            hand_over(sent, self.portal.config, answer.sealed)
        return self._with_cookie(sent)

    def _shown(self, ask: Ask, answer: Page) -> Response:
        status = answer.status or (422 if answer.faults else 200)
        headers = _headers_of(status)
        if self.as_json:
            return self._json(answer, status, headers)
        content = self._page(answer, ask)
        return Response(content, status, headers, "text/html; charset=utf-8")

    def _json(self, answer: Page, status: int, headers: dict[str, str]) -> Response:
        if status >= 400:
            content = {"faults": plain(list(answer.faults)), **plain(answer.data)}
            return JSONResponse(problem("not-taken", status, "see faults", **content), status, headers, PROBLEM)
        csrf = {"csrf": self._csrf} if self._csrf else {}
        return JSONResponse({**plain(answer.data), **csrf}, status, headers)

    def _page(self, answer: Page, ask: Ask | None) -> bytes:
        filled = {**ask.form} if ask else {}
        filled.update(answer.data.get("given", {}))
        fields = answer.data.get("fields", self.action.fields)
        errors: dict[str, str] = {}
        for fault in answer.faults:
            # Each reason with its law: the summary has what is wrong alone.
            errors[fault.field] = " ".join(filter(None, (errors.get(fault.field), words_of(fault))))
        context = {
            "back": None, "lead": (), "refusals": (), "onward": None, "button": "Continue", "target": self.action.path,
            **answer.data,
            "fields": fields, "given": filled, "errors": errors, "faults": answer.faults,
            "summary": summary_of(answer.faults, fields),
            "csrf": self._csrf,
            **self._frame(),
        }  # fmt: skip
        return render(answer.template, context, self.portal.config.time_zone)

    def _frame(self) -> dict[str, Any]:
        face = self.action.face
        roles = self.person.roles if self.person else ()
        offered = [action for action in self.portal.actions if action.nav and action.face is face]
        pages = [action for action in offered if may(roles, action.name)]
        here = self.request.url.path
        longest = max((action.path for action in pages if _leads_to(action.path, here)), key=len, default="")
        return {
            "register": self.portal.desk.title(),
            "synthetic": self.portal.config.synthetic,
            "who": self.person,
            "here": here,
            "address": f"{self.portal.config.base}{here}",
            "nav": [{"href": action.path, "text": action.nav, "current": action.path == longest} for action in pages],
            "faces": [
                {"href": _FIRST_PAGE[section], "text": words, "current": section is face}
                for section, words in _ACTION_FACES.items()
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
        headers = {}
        if self.guest is not None and self.guest != self.came:
            headers[self.portal.guest_cookie] = self.portal.guests.sealed(self.guest)
        if self.sets_cookie:
            headers[self.portal.cookie] = self.number
        for name, value in headers.items():
            response.set_cookie(name, value, path="/", secure=secure, httponly=True, samesite="lax")
        return response

    async def _cached(self) -> Response:
        form = "json" if self.as_json else "html"

        async def make() -> tuple[bytes, str]:
            ask = self._ask(Received({}, {}))
            # The page is for everyone, so it is made to its end even if this client leaves.
            response = await self._done(ask, watched=False)
            if response.status_code != 200:
                raise HTTPException(response.status_code)
            return bytes(response.body), response.headers["content-type"]

        cached = await self.portal.cache.get(f"{form} {self.request.url.path}", make)
        headers = {"cache-control": "public, max-age=30", "etag": cached.tag, "vary": "accept"}
        if self.request.headers.get("if-none-match") == cached.tag:
            return Response(status_code=304, headers=headers)
        return Response(cached.content, headers={**headers, "content-type": cached.media_type})

    def _problem(self, status: int, detail: str = "") -> Response:
        return problem_response(self.portal, self.request, status, detail, self)

    def said(self, status: int, detail: str) -> bytes:
        """The short page of a status."""
        onward = {"href": "/sign-in", "text": "Sign in"} if status == 401 else {"href": "/", "text": "Home page"}
        data = {"heading": HEADINGS.get(status, "Sorry, there is a problem"), "lead": [detail], "onward": onward}
        return self._page(Page("shared/said.html", data, status), None)

    async def _logged(self, outcome: str, status: int) -> None:
        who = self.person or StaffMember(ANYONE, ())
        moment = self.portal.now().astimezone(dt.UTC).isoformat(timespec="seconds")
        action = self.action
        attempt = LoggedAttempt(
            moment, who.staff, who.roles, action.face.value, action.name, action.method, outcome, status
        )
        await self.portal.attempts.add(attempt)


def problem_response(portal: Portal, request: Request, status: int, detail: str, visit: Visit | None) -> Response:
    """A status with its words: a page for a browser, a problem for a program."""
    detail_shown = detail or DETAILS.get(status, "Nothing was changed.")
    headers = _headers_of(status)
    if _wants_json(request):
        return JSONResponse(problem(f"http-{status}", status, detail_shown), status, headers, PROBLEM)
    lost = Action("public.lost", Face.PUBLIC, request.url.path, "", lambda _: Page("shared/said.html"))
    page = (visit or Visit(portal, request, lost)).said(status, detail_shown)
    return Response(page, status, headers, "text/html; charset=utf-8")


def _headers_of(status: int) -> dict[str, str]:
    return {"cache-control": "no-store", **({"retry-after": "60"} if status == 503 else {})}


def failures(portal: Portal) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 0) or FAILURES.get(type(error), 500)
        response = problem_response(portal, request, status, "", None)
        for name, value in (getattr(error, "headers", None) or {}).items():
            response.headers[name] = value
        if isinstance(error, TooLarge | TooSlow):
            response.headers["connection"] = "close"
        return response

    return answer


def _wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def _leads_to(path: str, here: str) -> bool:
    return here == path or (path not in _FIRST_PAGE.values() and here.startswith(f"{path}/"))
