"""A person who walks through Studio in a browser: every click is counted, and no page may show a name."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from tests.studio.conftest import canaries_in
from tests.studio.live import TOO_WIDE

_PATIENCE = 120_000
_AXE = {"resultTypes": ["violations"]}


class Walk:
    """What was clicked since Studio's link was followed, and the pages that were seen, each kind once."""

    def __init__(self, page: Any, link: str) -> None:
        self.page = page
        self.clicks = 0
        self.seen: dict[str, str] = {}
        page.goto(link)
        self.look()

    def look(self) -> str:
        """The words of the page. Nobody is on it."""
        assert canaries_in(self.page.content()) == [], self.page.url
        self.seen.setdefault(self.page.title(), self.page.url)
        return str(self.page.locator("main").inner_text())

    def click(self, selector: str) -> str:
        """Clicks, and looks at the page that follows."""
        self.page.locator(selector).first.click()
        self.clicks += 1
        self.page.wait_for_load_state()
        return self.look()

    def link(self, words: str) -> str:
        """Follows a link of the page's content."""
        return self.click(f"main a:has-text('{words}')")

    def back(self) -> str:
        """Follows the link above the heading."""
        return self.click("a.govuk-back-link")

    def button(self, words: str) -> str:
        """Presses a button."""
        return self.click(f"main button:has-text('{words}')")

    def step(self, words: str) -> str:
        """Goes to the steps, and opens one of them."""
        self.click("nav a:text-is('Steps')")
        self.click(f"main a:text-is('{words}')")
        self.page.locator("main h1").filter(has_not_text="Studio is").first.wait_for(timeout=_PATIENCE)
        return self.look()

    def choose(self, value: str, code: str) -> None:
        """Chooses what a value is, in the list of values."""
        self.clicks += 1
        label = self.page.locator("label", has_text=re.compile(rf"^{re.escape(value)} \("))
        self.page.locator(f"#{label.get_attribute('for')}").select_option(code)

    def tick(self, name: str, value: str) -> None:
        """Ticks a box or a radio button, or chooses of a list where there are many, by name and value."""
        self.clicks += 1
        if self.page.locator(f"select[name='{name}']").count():
            self.page.select_option(f"[name='{name}']", value)
        else:
            self.page.check(f"input[name='{name}'][value='{value}']")

    def offer(self, table: str) -> None:
        """Asks for everything that a column can tell about a table."""
        self.clicks += 1
        self.page.select_option("#about", table)
        self.button("Show")

    def enter(self, name: str, text: str) -> None:
        """Types into a field; getting there is a click."""
        self.clicks += 1
        self.page.fill(f"[name='{name}']", text)

    def wait(self, words: str) -> None:
        """Waits, without a click, until the page has a link with these words."""
        self.page.wait_for_selector(f"main a:has-text('{words}')", timeout=_PATIENCE)
        self.look()

    def project(self, title: str, folder: str) -> None:
        """Starts a project in a folder beside where Studio was started, and goes to its source."""
        self.page.goto(f"{'/'.join(self.page.url.split('/')[:3])}/")
        self.enter("title", title)
        self.enter("folder", folder)
        self.button("Start project")
        self.click("main a:text-is('Source')")

    def here(self, path: Path) -> None:
        """Chooses a file or folder where it lies, and reads it as it is proposed."""
        self.enter("place", str(path))
        self.button("Use it where it is")
        self.read_source()

    def server(self, url: str, password: str) -> None:
        """Chooses a database on a server, and reads it."""
        self.enter("url", url)
        self.enter("password", password)
        self.button("Use this database")
        self.read_source()

    def mean(self, column: str, meaning: str, **fields: str) -> None:
        """Says on the page Meaning what the column at `table/place` means.

        `fields` are chosen on the page of its values, if it has one: codes by value, others by the name of the field.
        """
        table = meaning.partition(".")[0]
        self.click(f"main a[href$='/meaning/{column}']")
        if not self.page.locator(f"[name='meaning'][value='{meaning}'], option[value='{meaning}']").count():
            self.offer(table)
        self.tick("meaning", meaning)
        self.button("Save and continue")
        if self.page.url.endswith(meaning):
            for name, value in fields.items():
                if self.page.locator(f"[name='{name}']").count():
                    self.tick(name, value)
                else:
                    self.choose(name, value)
            self.button("Save and continue")
        assert self.page.url.endswith("/meaning"), self.look()

    def upload_mapping(self, path: Path) -> str:
        """Uses a mapping from a file."""
        self.click("nav a:text-is('Mapping')")
        self.page.set_input_files("#file", str(path))
        return self.button("Upload")

    def report(self, folder: Path) -> Path:
        """Makes the report of the newest audit and downloads everything."""
        self.step("Report")
        self.enter("organisation", "Midshire Inspectorate (invented)")
        self.button("Make the report")
        return self.download("Everything that repeats the audit", folder)

    def read_source(self) -> None:
        """Reads the source as it is proposed, and waits."""
        self.button("Save and read")
        done = self.page.locator("text=This source has been read")
        shown = self.page.locator("a:has-text('Show the tables')")
        done.or_(shown).first.wait_for(timeout=_PATIENCE)
        if shown.count():
            self.link("Show the tables")
        assert "This source has been read" in self.look()

    def say_role_and_status(self) -> None:
        """Says, of the invented workbook, what each role and status means; what Overt knows is chosen already."""
        for column, meaning, codes in (
            ("Role in gang", "entry.role", {"Vic": "victim", "N/K": "unknown"}),
            ("Status", "entry.status", {"Nominal - live": "active"}),
        ):
            self.link(column)
            self.tick("meaning", meaning)
            self.button("Save and continue")
            for value, code in codes.items():
                self.choose(value, code)
            self.button("Save and continue")

    def audit(self, day: str) -> None:
        """Starts an audit as of a day, and waits for its end."""
        self.step("Audit")
        for part, text in zip(("year", "month", "day"), day.split("-"), strict=True):
            self.enter(f"as_of-{part}", text)
        self.button("Start the audit")
        self.wait("See the findings")

    def download(self, words: str, folder: Path) -> Path:
        """A file that a link gives."""
        with self.page.expect_download() as download:
            self.page.locator(f"main a:has-text('{words}')").first.click()
        self.clicks += 1
        kept = folder / str(download.value.suggested_filename)
        download.value.save_as(kept)
        return kept

    def faults(self) -> dict[str, list[str]]:
        """What axe finds on the pages that were seen, in light, and in the dark at 360 px, by title of page."""
        from axe_playwright_python.sync_playwright import Axe

        axe, found = Axe(), {}
        for title, address in self.seen.items():
            self.page.goto(address)
            faults = []
            for scheme, width in (("light", 1280), ("dark", 360)):
                self.page.set_viewport_size({"width": width, "height": 900})
                self.page.emulate_media(color_scheme=scheme)
                response = axe.run(self.page, options=_AXE).response
                faults += [
                    f"{scheme}: {rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in response["violations"]
                ]
            if self.page.evaluate(TOO_WIDE):
                faults.append("wider than 360 px")
            if faults:
                found[title] = faults
        return found


def new_page(chrome: Any, *, script: bool = True, session: Any = None) -> Any:
    """A page of a browser of its own, which lets axe in, with the cookie of a session that was begun."""
    size = {"width": 1280, "height": 900}
    context = chrome.new_context(java_script_enabled=script, bypass_csp=True, viewport=size, storage_state=session)
    return context.new_page()


def repeated(archive: Path, source: Path | None, folder: Path, **known: str) -> tuple[str, list[str]]:
    """The texts of a ZIP in one, and which files differ when its command is run in an empty folder with the source.

    A source on a server is not put there; `known` is what the environment says of it.
    """
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    (inside,) = folder.iterdir()
    texts = "".join(path.read_text("utf-8", "replace") for path in inside.rglob("*") if path.is_file())
    if source is not None:
        (shutil.copytree if source.is_dir() else shutil.copy)(source, inside / source.name)
    environment = {**os.environ, **known, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    run = subprocess.run(
        ["sh", "repeat.txt"], cwd=inside, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert run.returncode in (0, 1), run.stdout + run.stderr
    names = {path.relative_to(inside / part).as_posix() for part in ("result", "again")
             for path in (inside / part).rglob("*") if path.is_file()}  # fmt: skip
    _, different, absent = filecmp.cmpfiles(inside / "result", inside / "again", names, shallow=False)
    return texts, sorted([*different, *absent])
