"""How a page of the portal is made: templates of the three faces, components of the GOV.UK Design System, one style.

The crest and the typeface of GOV.UK are not ours and are not here. Nothing is fetched from another host, nothing runs
in the browser.
"""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from overt import __version__
from overt.pages import day, listed, opening, percent, verdict_words
from overt.publication import ReleaseFigure
from overt.visible import visible
from overt.web.portal._action import FormField

HERE = Path(__file__).parent
STATIC = HERE / "static"
_STYLES = ("govuk-frontend.css", "portal.css")
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


@cache
def style() -> StaticFile:
    """The one style of all pages."""
    content = b"".join((STATIC / name).read_bytes() for name in _STYLES)
    address = f"/static/{sha256(content).hexdigest()[:16]}/portal.css"
    return StaticFile(address, "text/css; charset=utf-8", content, gzip.compress(content, 9, mtime=0))


@cache
def environment() -> Environment:
    """The templates: `public/`, `staff/`, `oversight/` and the shared ones, strict and escaping."""
    folders = {name: FileSystemLoader(HERE / name / "templates") for name in ("public", "staff", "oversight")}
    templates = Environment(
        loader=PrefixLoader({**folders, "shared": FileSystemLoader(HERE / "templates")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(_components(), style=style().address, choices=_choices, version=__version__)
    templates.filters.update(day=day, moment=moment, words=words, sentence=opening, listed=listed, percent=percent)
    templates.filters["verdict"] = verdict_words
    return templates


def _choices(field: FormField, blank: bool = False) -> list[dict[str, str]]:
    """What a question offers, as the components take it."""
    offered = [{"value": value, "text": text} for value, text in field.choices]
    return [{"value": "", "text": ""}, *offered] if blank else offered


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


def render(template: str, context: Mapping[str, Any]) -> bytes:
    """A page in UTF-8, with everything shown that a browser would obey and a reader not see."""
    page = environment().get_template(template).render(context)
    return visible(page).encode("utf-8")


def moment(value: object) -> str:
    """A moment as people write it, in UTC."""
    if value is None or value == "":
        return ""
    instant = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return f"{instant.day} {instant:%B %Y at %H:%M} UTC"


def words(value: object) -> str:
    """A code as words."""
    text = "" if value is None else str(value)
    return _SPELT.get(text, text.replace("_", " "))


def plain(value: Any) -> Any:
    """What a page says, as JSON has it: no markup, dates as text, dataclasses as objects, columns by their names."""
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items() if not isinstance(item, Markup)}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, ReleaseFigure):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value)


__all__ = ["Markup", "StaticFile", "environment", "plain", "render", "style"]
