"""How a page of Studio is made, whole or one of its regions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader

from overt.visible import visible
from overt.web._pages import environment_of, shared_and

_HERE = Path(__file__).parent


@cache
def environment() -> Environment:
    """The templates: `studio/` for pages, `shared/` for what every application shares."""
    folders: dict[str, BaseLoader] = {
        "shared": shared_and(_HERE / "templates" / "shared"),
        "studio": FileSystemLoader(_HERE / "templates"),
    }
    return environment_of(folders)


def render(template: str, context: Mapping[str, Any], region: str = "") -> bytes:
    """A page in UTF-8, with everything shown that a browser would obey and a reader not see.

    With the name of a `region`, only the block of that name, if the template has one.
    """
    whole = environment().get_template(template)
    block = whole.blocks.get(f"region_{region}") if region else None
    page = whole.render(context) if block is None else "".join(block(whole.new_context(dict(context))))
    return visible(page).encode("utf-8")
