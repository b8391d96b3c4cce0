"""Take the pictures of the README and of the guide of Studio from synthetic data.

Run this after a change to the report, the portal or Studio, in an environment made by `scripts/setup.sh test`:

    .venv/bin/python -m scripts.pictures
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright
from tests.studio import files
from tests.studio.journey import Walk
from tests.studio.live import running

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
OVERT = [sys.executable, "-m", "overt.cli"]
PORT = 8066
SIZE = {"width": 1100, "height": 960}
SECONDS_TO_START = 60
SAMPLE = 60


def main() -> None:
    """Write the pictures into docs/pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, _browser() as browser:
        folder = Path(name)
        _run("synth", "gangs-matrix", "--seed", "7", "--out", str(folder / "gangs-matrix"))
        _run("audit", str(folder / "gangs-matrix"), "--as-of", "2017-10-31", "--out", str(folder / "result"), "--quiet")
        _picture(browser, (folder / "result" / "report.html").as_uri(), "report")
        _run("demo", "--out", str(folder / "alpha"))
        with _portal(folder / "alpha" / "register") as address:
            _picture(browser, address, "portal")
        _studio(browser, folder)


def _studio(browser: Browser, folder: Path) -> None:
    """The pages of Studio, on the way from an invented workbook to its report, as its journey test walks it."""
    source = files.gangs(folder)
    with running(folder, source.name) as live:
        page = browser.new_page(viewport=SIZE)
        walk = Walk(page, live.link)
        walk.link("gangs")
        walk.click("main a:text-is('Source')")
        _shot(page, "studio-source")
        walk.read_source()
        walk.step("Columns")
        _shot(page, "studio-columns")
        walk.step("Meaning")
        _shot(page, "studio-meaning")
        walk.button("Accept all")
        walk.say_role_and_status()
        walk.step("What can be answered")
        _shot(page, "studio-answered")
        walk.audit(files.AS_OF.isoformat())
        walk.link("See the findings")
        _shot(page, "studio-findings")
        walk.step("Report")
        _shot(page, "studio-report")
        _sample(page, walk)
        _words(page, walk, folder)
        page.close()


def _sample(page: Page, walk: Walk) -> None:
    """A sample that two reviewers mark, who differ in three rows."""
    walk.step("Sample")
    page.select_option("#about", "entry.status")
    walk.button("Show")
    page.fill("#size", str(SAMPLE))
    walk.button("Draw the sample")
    for reviewer, inadequate in (("A", range(1, 8)), ("B", range(3, 9))):
        walk.wait(f"as reviewer {reviewer}")
        walk.link(f"as reviewer {reviewer}")
        if reviewer == "A":
            _shot(page, "studio-reviewer")
        while page.locator("button:has-text('Save these marks')").count():
            for radio in page.locator("input[value='adequate']").all():
                name = str(radio.get_attribute("name"))
                mark = "inadequate" if int(name.removeprefix("mark-")) in inadequate else "adequate"
                page.check(f"input[name='{name}'][value='{mark}']")
            walk.button("Save these marks")
        walk.click("#hand-in button")
    _shot(page, "studio-sample")


def _words(page: Page, walk: Walk, folder: Path) -> None:
    """The test of an invented keyword list."""
    terms, texts = files.word_list(folder), files.labelled_texts(folder)
    walk.step("Words")
    page.set_input_files("#word_list", str(terms))
    walk.button("Add this list")
    page.set_input_files("#word_texts", str(texts))
    walk.button("Add these texts")
    for name, column in (("text", "sentence"), ("label", "label"), ("group", "about")):
        page.select_option(f"#{name}", label=column)
    walk.button("Save the columns")
    page.check("#yes-2")
    walk.button("Test the list")
    page.wait_for_selector("text=Read this with the figures")
    _shot(page, "studio-words")


@contextmanager
def _browser() -> Iterator[Browser]:
    """Start headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def _portal(register: Path) -> Iterator[str]:
    """Serve the public pages of a register on loopback, and stop the server afterwards."""
    address = f"http://127.0.0.1:{PORT}"
    server = subprocess.Popen([*OVERT, "serve", str(register), "--port", str(PORT)])
    try:
        _wait_for(f"{address}/health")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            httpx.get(address)
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _picture(browser: Browser, address: str, name: str) -> None:
    """Save the first screen of the page at an address."""
    page = browser.new_page(viewport=SIZE)
    page.goto(address)
    _shot(page, name)
    page.close()


def _shot(page: Page, name: str) -> None:
    """Save the first screen of a page. WebP is a quarter of the size of PNG."""
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": 80})
    (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))


def _run(*words: str) -> None:
    """Run a command of Overt. Status 1 means that an audit found breaches, which is expected here."""
    status = subprocess.run([*OVERT, *words], check=False, stdout=subprocess.DEVNULL).returncode
    if status not in (0, 1):
        raise SystemExit(status)


if __name__ == "__main__":
    main()
