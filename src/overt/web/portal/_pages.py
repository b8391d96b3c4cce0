"""How a page of the portal is made: the templates of its three sections, and its data as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader
from markupsafe import Markup

from overt.publication import ReleaseFigure
from overt.visible import visible
from overt.web._pages import environment_of, moment, shared_and
from overt.web.portal._words import Wording

_HERE = Path(__file__).parent


@cache
def environment(zone: dt.tzinfo = dt.UTC) -> Environment:
    """The templates: `public/`, `staff/`, `oversight/` and the shared ones, strict and escaping.

    Moments are shown by the clocks of `zone`.
    """
    folders: dict[str, BaseLoader] = {"shared": shared_and(_HERE / "templates")}
    folders |= {name: FileSystemLoader(_HERE / name / "templates") for name in ("public", "staff", "oversight")}
    templates = environment_of(folders)
    templates.filters["moment"] = partial(moment, zone=zone)
    return templates


def render(template: str, context: Mapping[str, Any], zone: dt.tzinfo = dt.UTC) -> bytes:
    """A page in UTF-8, with everything shown that a browser would obey and a reader not see."""
    page = environment(zone).get_template(template).render(context)
    return visible(page).encode("utf-8")


def plain(value: Any) -> Any:
    """What a page says, as JSON has it: no markup, dates as text, dataclasses as objects, columns by their names."""
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items() if not isinstance(item, Markup | Wording)}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, ReleaseFigure):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value)
