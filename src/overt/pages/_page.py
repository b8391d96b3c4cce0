"""How every page of a result is made: one file, nothing fetched from anywhere, nothing that runs."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from overt.visible import visible

STYLE = Path(__file__).with_name("report.css")


def page_environment(templates: Path) -> Environment:
    """The templates of a folder, strict and escaping, with the shared style as `css`."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Our own text, and the only text that is not escaped.
    environment.globals["css"] = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704
    return environment


def as_bytes(page: str) -> bytes:
    """The page in UTF-8, with everything shown that a browser would obey and a reader not see."""
    return visible(page).encode("utf-8")
