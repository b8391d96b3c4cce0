"""Somebody with a browser: goes to pages, fills in forms by the names of their fields, and keeps what was seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.routing import compile_path

from overt.web.portal import Action, LocalPerson, PortalConfig, all_actions

ACTIONS = all_actions(PortalConfig(people=(LocalPerson("P1", ("recorder",), ""),)))
_ROUTES = [(compile_path(each.path)[0], each) for each in ACTIONS]


def action_of(address: str) -> Action | None:
    """The action that shows what is at an address: the page, or the form that came back there."""
    path = urlsplit(address).path
    found = [each for pattern, each in _ROUTES if pattern.fullmatch(path)]
    return min(found, key=lambda each: each.method, default=None)


@dataclass(frozen=True)
class Seen:
    """A page as it was on somebody's screen, with the state it was in."""

    name: str
    address: str
    heading: str
    html: str = field(repr=False)


@dataclass
class World:
    """The server, the browser, and everything that was seen so far."""

    base: str
    folder: Path
    browser: Any
    shots: Path
    seen: dict[tuple[str, str, bool], Seen] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    walked: dict[str, Exception | None] = field(default_factory=dict)

    def walk(self, name: str, journey: Callable[[World], None]) -> None:
        """Walks a journey unless it was walked before; fails again as it failed then."""
        if name not in self.walked:
            try:
                journey(self)
                self.walked[name] = None
            except Exception as error:
                self.walked[name] = error
                raise
        found = self.walked[name]
        if found is not None:
            raise AssertionError(f"the journey {name} failed before: {found}")

    def somebody(self, staff: str = "", **options: Any) -> Walker:
        """A new browser window with script off, signed in if a reference is given."""
        context = self.browser.new_context(**({"java_script_enabled": False} | options))
        walker = Walker(self, context)
        if staff:
            walker.go("/sign-in")
            walker.fill(staff=staff, password=staff)
            walker.press("Sign in")
        return walker


class Walker:
    """One window."""

    def __init__(self, world: World, context: Any) -> None:
        self.world = world
        self.context = context
        self.page = context.new_page()
        self.page.on("console", lambda message: self._complain(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self._complain(f"error: {error}"))
        self.page.on("request", self._asked)
        self.status = 0
        self.page.on("response", self._answered)

    def close(self) -> None:
        self.context.close()

    # --- what a person does ---

    def go(self, path: str) -> None:
        """Types an address."""
        self.page.goto(f"{self.world.base}{path}")
        self._see()

    def follow(self, name: str | re.Pattern[str], nth: int = 0) -> None:
        """Follows a link by its words."""
        exact = isinstance(name, str)
        self.page.get_by_role("link", name=name, exact=exact).nth(nth).click()
        self._see()

    def press(self, name: str) -> None:
        """Presses a button of the page; a link that looks like one is one."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=name, exact=True)
        button.first.click()
        self._see()

    def fill(self, **answers: str) -> None:
        """Fills in fields of the page by their names: text, words, a day, a choice or a file."""
        for name, value in answers.items():
            if self.page.locator(f'[name="{name}-day"]').count():
                year, month, day = value.split("-")
                for part, text in (("day", day), ("month", month), ("year", year)):
                    self.page.locator(f'[name="{name}-{part}"]').fill(text.lstrip("0"))
                continue
            found = self.page.locator(f'main [name="{name}"]')
            kind = found.first.get_attribute("type")
            if kind == "radio":
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind == "file":
                found.set_input_files(value)
            elif found.evaluate("each => each.tagName") == "SELECT":
                found.select_option(value)
            else:
                found.fill(value)

    # --- what is on the screen ---

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").first.inner_text().split())

    @property
    def text(self) -> str:
        return str(self.page.locator("main").inner_text())

    def errors(self) -> list[str]:
        """The messages of the summary on top of a form."""
        return [str(each) for each in self.page.locator(".govuk-error-summary__list li").all_inner_texts()]

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    # --- what is kept ---

    def _see(self) -> None:
        assert self.status < 500, (self.page.url, self.status)
        if not self.page.locator("main").count():
            return
        address = self.page.url
        action = action_of(address)
        name = action.name if action else self.path.strip("/").replace("/", "-")
        heading = self.page.locator("h1").first.inner_text() if self.page.locator("h1").count() else ""
        key = (name, re.sub(r"\d", "", heading)[:60], bool(self.page.locator(".govuk-error-summary").count()))
        if key not in self.world.seen:
            html = self.page.content()
            self.world.seen[key] = Seen(f"{name}{'-faults' if key[2] else ''}", address, heading, html)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.world.base, "data:")):
            self._complain(f"asked elsewhere: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.request.is_navigation_request():
            self.status = response.status

    def _complain(self, what: str) -> None:
        # What a browser says of a form that was not taken, and of the cookies that it cleared, is no complaint.
        if not re.search(r"status of (4\d\d)|Clear-Site-Data.*Cleared data types", what):
            self.world.complaints.append(f"{self.path}: {what}")
