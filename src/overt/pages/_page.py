"""How every page of a result is made: one file, nothing fetched from anywhere, nothing that runs."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

STYLE = Path(__file__).with_name("report.css")
# What a page may not hold: a browser would drop or misread them, and a reader would not see them.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


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
    """The page in UTF-8, without what a page may not hold."""
    return _CONTROLS.sub("\ufffd", page).encode("utf-8", "replace")
