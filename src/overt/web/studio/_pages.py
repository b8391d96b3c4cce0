"""How a page of Studio is made, whole or one of its regions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader

from overt.visible import visible
from overt.web._pages import STATIC, StaticFile, environment_of, shared_and
from overt.web.studio._refusals import shown_refusal
from overt.workbooks import column_letter

_HERE = Path(__file__).parent
# As in htmx.org 4.0.1 of npm; tests/studio/test_script.py has its digest.
_HTMX = "htmx-4.0.1.min.js"


@cache
def script() -> StaticFile:
    """The one script of all pages: htmx, which replaces parts of them. Without it they work as well."""
    return StaticFile.of("htmx.js", "text/javascript; charset=utf-8", (STATIC / _HTMX).read_bytes())


@cache
def environment() -> Environment:
    """The templates: `studio/` for pages, `shared/` for what every application shares."""
    folders: dict[str, BaseLoader] = {
        "shared": shared_and(_HERE / "templates" / "shared"),
        "studio": FileSystemLoader(_HERE / "templates"),
    }
    templates = environment_of(folders)
    templates.filters["letter"] = column_letter
    templates.filters["refusal"] = shown_refusal
    templates.globals["script"] = script().address
    return templates


def render(template: str, context: Mapping[str, Any], region: str = "") -> bytes | None:
    """A page in UTF-8, with everything shown that a browser would obey and a reader not see.

    With the name of a `region`, only the block of that name; none if the template has no such block, or nothing stands
    in it: another page has taken its place.
    """
    whole = environment().get_template(template)
    if not region:
        return visible(whole.render(context)).encode("utf-8")
    block = whole.blocks.get(f"region_{region}")
    content = "".join(block(whole.new_context(dict(context)))) if block is not None else ""
    return visible(content).encode("utf-8") if content.strip() else None
