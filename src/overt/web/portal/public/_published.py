"""The list of everything that is published, and statutory records: what `overt verify` reads beside the other pages."""

from __future__ import annotations

from overt.refusals import Refusal
from overt.web._answers import Page, Plain
from overt.web.portal._action import Action, Answer, Ask, Face

_KINDS = {
    "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8", "json": "application/json",
    "jsonld": "application/ld+json",
}  # fmt: skip
_UNPUBLISHED = Page("shared/said.html", {"heading": "The ledger has not been published yet"}, 404)
_NO_RECORD = Page("shared/said.html", {"heading": "There is no such record"}, 404)


def _published(ask: Ask) -> Answer:
    """The list; what the published ledger does not name yet is not in it."""
    try:
        return Plain(ask.desk.publications().index.as_bytes(), "application/json")
    except Refusal:
        return _UNPUBLISHED


def _record(ask: Ask) -> Answer:
    """A record made from the charters and the newest release, in one of its forms."""
    name = ask.path["name"]
    kind = _KINDS.get(name.partition(".")[2])
    if kind is None:
        return _NO_RECORD
    try:
        content = ask.desk.publications().records().get(name)
    except Refusal:
        return _UNPUBLISHED
    return Plain(content, kind) if content is not None else _NO_RECORD


ACTIONS = (
    Action("public.published", Face.PUBLIC, "/published.json", "Everything that is published", _published, cached=True),
    Action("public.record", Face.PUBLIC, "/records/{name}", "A statutory record", _record, cached=True),
)  # fmt: skip
