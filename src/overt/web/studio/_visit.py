"""One request for one page: the form is read, the page's function asked, and its answer shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from overt.refusals import Refusal, Refusals
from overt.web._answers import Page, Plain, Sent
from overt.web._faults import summary_of, words_of
from overt.web._forms import FormFault, FormField, Input, Received, read_fields, receive
from overt.web.studio._action import NotTaken, StudioAction, StudioAnswer, StudioAsk
from overt.web.studio._engine import EngineBusy
from overt.web.studio._guard import MOST_BYTES
from overt.web.studio._pages import render
from overt.web.studio._project import ChangedElsewhere
from overt.web.studio._studio import Studio
from overt.web.studio._uploads import CSRF_FIELD, Upload, receive_uploads

SEEN_FIELD = "at"
_FROM_US = frozenset((CSRF_FIELD, SEEN_FIELD))
_MOST_FIELDS = 2_000
_MOST_SEEN = 7


class StudioVisit:
    """One request. `actions` are those of its path, by method; `pages` are all that can be shown, by path."""

    def __init__(
        self, studio: Studio, request: Request, actions: Mapping[str, StudioAction], pages: Mapping[str, StudioAction]
    ) -> None:
        self.studio = studio
        self.request = request
        self.action = actions["GET" if request.method == "HEAD" else request.method]
        self.page = pages.get(self.action.page or self.action.path)
        self.texts: dict[str, str] = {}
        # Why a file could not be received.
        self.early: Refusal | None = None

    async def answer(self) -> Response:
        """The response."""
        ask = await run_in_threadpool(self._ask)
        uploads: list[Upload] = []
        try:
            if self.action.method == "POST":
                try:
                    uploads = await self._receive(ask)
                except Refusal as refusal:
                    self.early = refusal
            return await run_in_threadpool(self._done, ask, uploads)
        finally:
            for upload in uploads:
                upload.drop()

    def _ask(self) -> StudioAsk:
        """What is asked, without a form. Refuses a project that is not open, and a query that the page has not."""
        path = {name: str(value) for name, value in self.request.path_params.items()}
        opened = None
        if "project" in path:
            opened = self.studio.projects.get(path.pop("project"))
            if opened is None:
                raise HTTPException(404)
        query = self.request.query_params
        if len(query.multi_items()) > len(set(query)):
            raise HTTPException(400)
        texts, _, faults = read_fields(
            tuple(replace(field, optional=True) for field in self.action.query), Received(dict(query), {})
        )
        if faults:
            raise HTTPException(400)
        return StudioAsk(self.studio, self.studio.now(), opened, path, texts)

    async def _receive(self, ask: StudioAsk) -> list[Upload]:
        """Reads the form. Refuses one that was not shown by this session."""
        if self.action.uploads:
            folder = ask.project.source_folder
            self.texts, uploads = await receive_uploads(self.request, folder, self._check_from_here)
            return uploads
        received = await receive(self.request, MOST_BYTES, _MOST_FIELDS)
        self._check_from_here(received.texts)
        if received.files:
            raise HTTPException(400)
        self.texts = received.texts
        return []

    def _check_from_here(self, texts: Mapping[str, str]) -> None:
        if not self.studio.keys.is_form(texts.get(CSRF_FIELD, "")):
            raise HTTPException(403)

    # --- in a thread ---

    def _done(self, ask: StudioAsk, uploads: Sequence[Upload]) -> Response:
        try:
            if ask.opened is not None:
                ask.opened.refresh()
            return self._shown(*self._answered(ask, uploads))
        except EngineBusy as busy:
            data = {"task": busy.task, "here": self.request.url.path, "again": self.action.method == "GET"}
            return self._shown(Page("studio/busy.html", data, 503), ask)
        except (Refusal, Refusals) as error:
            ask = replace(ask, refusals=_refusals(error), opened=ask.opened)
            return self._shown(Page("studio/refused.html", {"heading": "This page cannot be shown"}, 422), ask)

    def _answered(self, ask: StudioAsk, uploads: Sequence[Upload]) -> tuple[StudioAnswer, StudioAsk]:
        if self.action.method == "GET":
            try:
                return self.action.answer(ask), ask
            except NotTaken:
                raise HTTPException(404) from None
        try:
            if self.early is not None:
                raise self.early
            ask = self._with_form(ask, uploads)
            if ask.faults:
                raise NotTaken(*ask.faults)
            return self.action.answer(ask), ask
        except NotTaken as fault:
            ask = replace(ask, faults=fault.faults)
        except (Refusal, Refusals) as error:
            ask = replace(ask, refusals=_refusals(error))
        except ChangedElsewhere as changed:
            return self._two_versions(ask, changed), ask
        if self.page is None:
            return Page("studio/refused.html", {"heading": "This was not done"}, 422), ask
        answer = self.page.answer(ask)
        if isinstance(answer, Page):
            answer = replace(answer, faults=(*ask.faults, *answer.faults), status=422)
        return answer, ask

    def _with_form(self, ask: StudioAsk, uploads: Sequence[Upload]) -> StudioAsk:
        seen = self.texts.get(SEEN_FIELD, "0")
        if not (seen.isascii() and seen.isdecimal() and len(seen) <= _MOST_SEEN):
            raise HTTPException(400)
        ask = replace(ask, seen=int(seen), uploads=tuple(uploads))
        form, _, faults = read_fields(self.action.fields_for(ask), Received(self.texts, {}), _FROM_US)
        # A fault at a field keeps what was typed there.
        typed = {name: text for name, text in self.texts.items() if name not in _FROM_US}
        return replace(ask, form={**typed, **form} if faults else form, faults=faults)

    def _two_versions(self, ask: StudioAsk, changed: ChangedElsewhere) -> Page:
        left_out = _FROM_US | {each.name for each in self.action.fields_for(ask) if each.kind is Input.HIDDEN}
        kept = {name: text for name, text in self.texts.items() if name not in left_out}
        data = {
            "theirs": changed.theirs, "mine": changed.words, "kept": {} if self.action.uploads else kept,
            "here": self.request.url.path, "has_page": self.page is not None,
        }  # fmt: skip
        return Page("studio/two-versions.html", data, 409)

    # --- what goes out ---

    def _shown(self, answer: StudioAnswer, ask: StudioAsk) -> Response:
        if isinstance(answer, Sent):
            return RedirectResponse(answer.location, 303)
        if isinstance(answer, Plain):
            headers = {"content-disposition": f'attachment; filename="{answer.name}"'} if answer.name else {}
            return Response(answer.content, headers={**headers, **answer.headers}, media_type=answer.media_type)
        status = answer.status or (422 if answer.faults else 200)
        content = render(answer.template, self._context(answer, ask), self._region)
        if content is None:
            # Another page has taken its place: the browser asks for that one whole.
            return Response(b"", headers={"hx-refresh": "true"}, media_type="text/html")
        return Response(content, 200 if self._region else status, media_type="text/html")

    @property
    def _region(self) -> str:
        """The part of the page that htmx asks for; nothing if the whole page is wanted."""
        if "hx-request" not in self.request.headers:
            return ""
        return self.request.headers.get("hx-target", "").partition("#")[2]

    def _context(self, answer: Page, ask: StudioAsk) -> dict[str, Any]:
        fields: Sequence[FormField] = answer.data.get("fields", ())
        typed = {**answer.data.get("given", {}), **(ask.form if ask.faults or ask.refusals else {})}
        return {
            "back": None, "lead": (), "onward": None, "button": "Save and continue", "target": self.request.url.path,
            **answer.data,
            "fields": fields, "given": typed, "query": ask.query,
            "errors": {fault.field: words_of(fault) for fault in reversed(answer.faults)},
            "faults": answer.faults, "refusals": ask.refusals,
            "summary": summary_of(answer.faults, _named(answer.faults, fields, ask, self)),
            "csrf": self.studio.keys.form,
            **self._frame(ask),
        }  # fmt: skip

    def _frame(self, ask: StudioAsk) -> dict[str, Any]:
        project = ask.opened
        if project is None:
            return {"project": None, "nav": (), "notice": "", "at": 0, "home": "/"}
        here = self.request.url.path
        nav = [
            (ask.home, "Steps"),
            (f"{ask.home}mapping", "Mapping"),
            (f"{ask.home}history", "History"),
            (f"{ask.home}stop", "Stop"),
        ]
        links = [{"href": href, "text": text, "active": href == here} for href, text in nav]
        return {
            "project": project, "nav": links, "at": project.history.last, "home": ask.home,
            "notice": self.studio.take_notice(project),
        }  # fmt: skip


def _refusals(error: Refusal | Refusals) -> tuple[Refusal, ...]:
    return tuple(error.refusals) if isinstance(error, Refusals) else (error,)


def _named(
    faults: Sequence[FormFault], fields: Sequence[FormField], ask: StudioAsk, visit: StudioVisit
) -> Sequence[FormField]:
    """The fields that a summary names: those of the page, or those of the form that was sent."""
    return fields or (visit.action.fields_for(ask) if faults else ())
