"""The documentation site is whole, needs no other host, can be searched, and is accessible."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from scripts import website

READ = ("index.html", "docs/by-reader.html", "docs/guides/audit-an-export.html", "docs/controls/rights.html")


class Markup(HTMLParser):
    """The addresses of a page that lead or load, and the names of its places."""

    def __init__(self) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.names |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.leads.append(values["href"])
        if tag == "link" or "src" in values:
            self.loads.append(values.get("src") or values.get("href", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a link or an anchor that leads nowhere ends the build."""
    out = tmp_path_factory.mktemp("site")
    website.build_site(out)
    return out


@pytest.fixture(scope="module")
def markup(site: Path) -> dict[Path, Markup]:
    """Every page of the site, by its path."""
    read = {}
    for page in site.rglob("*.html"):
        read[page] = Markup()
        read[page].feed(page.read_text(encoding="utf-8"))
    return read


def test_every_page_of_the_repository_is_in_the_site(site: Path) -> None:
    """Each Markdown page of the documentation has its page."""
    for page in website.pages():
        place = site / page.relative_to(website.ROOT)
        name = "index.html" if page.name == "README.md" else f"{page.stem}.html"
        assert place.with_name(name).is_file(), page


def test_every_link_leads_to_a_file_and_a_place(site: Path, markup: dict[Path, Markup]) -> None:
    """Links within the site, also those of the theme and of the navigation, lead somewhere."""
    dead = []
    for page, read in markup.items():
        for address in [*read.leads, *read.loads]:
            name, _, place = unquote(address).partition("#")
            if ":" in name:
                continue
            target = (page.parent / name).resolve() if name else page
            target = target / "index.html" if target.is_dir() else target
            absolute = page.name == "404.html"  # It is shown at any address, so its links begin at the root.
            if absolute:
                continue
            if not target.is_file() or (
                place and target in markup and place not in markup[target].names | {"__search"}
            ):
                dead.append(f"{page.relative_to(site)}: {address}")
    assert dead == []


def test_no_page_loads_anything_from_elsewhere(markup: dict[Path, Markup]) -> None:
    """Style sheets, scripts, pictures and fonts are files of the site."""
    assert [address for read in markup.values() for address in read.loads if "//" in address] == []


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The address at which the site is served on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_pages_are_accessible_and_can_be_searched(browser: Any, address: str) -> None:
    """axe finds nothing, no request leaves the host, the search answers, and a page fits a telephone."""
    from axe_playwright_python.sync_playwright import Axe

    requested: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("request", lambda request: requested.append(request.url))
    violations = {}
    for name in READ:
        page.goto(f"{address}/{name}")
        found = Axe().run(page).response["violations"]
        violations[name] = [f"{each['id']}: {each['nodes'][0]['html'][:400]}" for each in found]
    assert not any(violations.values()), violations
    page.goto(f"{address}/index.html")
    page.fill("input.md-search__input", "pseudonym")
    page.wait_for_selector(".md-search-result__item")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}/docs/by-reader.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert [url for url in requested if not url.startswith((address, "data:", "blob:"))] == []
    page.close()
