"""The one script of Studio is the published one, and pages need none."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import overt.web
from overt.web.studio._project import Project
from tests.studio.conftest import Browser, asks_for_the_whole_page

# Of dist/htmx.min.js in the package htmx.org 4.0.1 of npm.
HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


def test_htmx_is_the_published_file() -> None:
    """Byte for byte, with its licence beside it."""
    static = Path(overt.web.__file__).parent / "static"
    assert sha256((static / "htmx-4.0.1.min.js").read_bytes()).hexdigest() == HTMX
    assert "Permission to use, copy, modify" in (static / "LICENCE-htmx.txt").read_text(encoding="utf-8")
    assert [path.name for path in static.glob("*.js")] == ["htmx-4.0.1.min.js"]


def test_no_page_has_a_script_or_a_style_of_its_own(browser: Browser, project: Project) -> None:
    """The policy would not let it run; nothing is fetched from elsewhere."""
    for path in ("/", "/stop", f"/p/{project.ident}/", f"/p/{project.ident}/history"):
        text = browser.get(path).text
        assert text.count("<script") == 1
        assert "<style" not in text
        assert " style=" not in text
        assert "http://" not in text
        assert "https://" not in text


def test_a_region_that_the_page_has_not_asks_for_the_whole_page(browser: Browser, project: Project) -> None:
    """So that a page that has taken the place of another is shown; one that stands there keeps the keyboard's place."""
    for page in ("", "source"):
        assert asks_for_the_whole_page(browser, f"/p/{project.ident}/{page}", "progress")
