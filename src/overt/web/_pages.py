"""How a page is made: templates, the components of the GOV.UK Design System, one style.

The crest and the typeface of GOV.UK are not ours and are not here. Nothing is fetched from another host.
"""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from overt import __version__
from overt.pages import day, listed, opening, percent, verdict_words
from overt.web._forms import FormField

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
SHARED = _HERE / "templates"
_COMPONENTS = (
    "back-link", "breadcrumbs", "button", "checkboxes", "date-input", "details", "error-message", "error-summary",
    "fieldset", "file-upload", "hint", "input", "inset-text", "label", "notification-banner", "pagination", "panel",
    "password-input", "phase-banner", "radios", "select", "service-navigation", "skip-link", "summary-list", "table",
    "tag", "task-list", "textarea", "warning-text",
)  # fmt: skip
_SPELT = {
    "chis": "covert human intelligence source", "dpia": "data protection impact assessment",
    "at work": "running", "stopped": "interrupted",
}  # fmt: skip


@dataclass(frozen=True)
class StaticFile:
    """A file that every page uses, plain and compressed. Its digest is in its address: it may be kept for good."""

    address: str
    media_type: str
    content: bytes
    compressed: bytes

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> StaticFile:
        """The file with this name and content."""
        address = f"/static/{sha256(content).hexdigest()[:16]}/{name}"
        return cls(address, media_type, content, gzip.compress(content, 9, mtime=0))

    def route(self, mark: Mapping[str, str]) -> Route:
        """Its route; `mark` goes into the scope of each request."""

        async def endpoint(request: Request) -> Response:
            request.scope.update(mark)
            headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["content-encoding"] = "gzip"
                return Response(self.compressed, headers=headers, media_type=self.media_type)
            return Response(self.content, headers=headers, media_type=self.media_type)

        return Route(self.address, endpoint)


@cache
def style() -> StaticFile:
    """The one style of all pages."""
    content = b"".join((STATIC / name).read_bytes() for name in ("govuk-frontend.css", "portal.css"))
    return StaticFile.of("portal.css", "text/css; charset=utf-8", content)


def plain_routes() -> Iterator[Route]:
    """The icon, and the licences of what the pages contain."""
    licence = b"\n\n".join(path.read_bytes() for path in sorted(STATIC.glob("LICENCE-*.txt")))
    drawn = (STATIC / "icon.svg").read_bytes()

    async def licences(request: Request) -> Response:
        return Response(licence, media_type="text/plain")

    async def icon(request: Request) -> Response:
        return Response(drawn, headers={"cache-control": "public, max-age=86400"}, media_type="image/svg+xml")

    yield Route("/static/icon.svg", icon)
    yield Route("/static/licences.txt", licences)


def environment_of(folders: Mapping[str, BaseLoader]) -> Environment:
    """Templates by their prefix, strict and escaping, with the components and filters that pages use."""
    templates = Environment(
        loader=PrefixLoader(dict(folders)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # They are part of the installation: to look for changes of their files takes longer than many a page.
        auto_reload=False,
    )
    templates.globals.update(_components(), style=style().address, choices=_choices, version=__version__)
    templates.filters.update(day=day, moment=moment, words=words, sentence=opening, listed=listed, percent=percent)
    templates.filters["verdict"] = verdict_words
    return templates


def shared_and(folder: Path) -> BaseLoader:
    """The templates of a folder, and those that every application shares."""
    return FileSystemLoader([folder, SHARED])


def _choices(field: FormField, blank: bool = False) -> list[dict[str, str]]:
    """What a question offers, as the components take it."""
    offered = [{"value": value, "text": text} for value, text in field.choices]
    return [{"value": "", "text": ""}, *offered] if blank else offered


@cache
def _components() -> dict[str, Any]:
    """The macros of the Design System. They ask for what was not given, which our own templates may not."""
    lenient = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}), autoescape=True
    )
    components: dict[str, Any] = {}
    for name in _COMPONENTS:
        macro = "govuk" + "".join(part.capitalize() for part in name.split("-"))
        template = lenient.get_template(f"govuk_frontend_jinja/components/{name}/macro.html")
        components[macro] = getattr(template.module, macro)
    return components


def moment(value: object, zone: dt.tzinfo = dt.UTC) -> str:
    """A moment as people write it, by the clocks of a time zone; one that names no zone is in UTC."""
    if value is None or value == "":
        return ""
    instant = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    instant = (instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)).astimezone(zone)
    return f"{instant.day} {instant:%B %Y at %H:%M %Z}"


def words(value: object) -> str:
    """A code as words."""
    text = "" if value is None else str(value)
    return _SPELT.get(text, text.replace("_", " "))
