"""Readers and staff at a portal, all at once, and what each waited. Asks only addresses of this machine.

A reader opens public pages and reads for a second or so between two; staff open lists, say why, look at an entry, and
read each page as long. Some fetch the style sheet meanwhile: what a static file takes from the same server at the same
time is the measure.
"""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import sys
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

PAGES = ("/", "/figures", "/changes", "/audit", "/answers", "/verify", "/figures/0003/index.html", "/answers/0001")
HOST = "127.0.0.1"
STATIC_READERS = 10


@dataclass
class Waits:
    """Seconds waited by kind of request, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    def at(self, kind: str, share: float) -> float:
        """The wait that so large a share did not exceed, in milliseconds."""
        ordered = sorted(self.seconds[kind])
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Browser:
    """One connection that is kept open, with the cookie that it was given."""

    def __init__(self, port: int, waits: Waits) -> None:
        self.port, self.waits = port, waits
        self.cookie = ""
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, kind: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and body; the wait is noted. An answer of 4xx or 5xx is an error here."""
        body = urllib.parse.urlencode(form).encode() if form is not None else b""
        head = [f"{'GET' if form is None else 'POST'} {path} HTTP/1.1", f"Host: {HOST}:{self.port}"]
        head += [f"Cookie: {self.cookie}"] if self.cookie else []
        if form is not None:
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        began = time.perf_counter()
        try:
            status, headers, text = await self._exchange("\r\n".join([*head, "", ""]).encode() + body)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.streams = None
            self.waits.errors.append(f"{path}: {type(error).__name__}")
            return 0, ""
        self.waits.seconds[kind].append(time.perf_counter() - began)
        if status >= 400:
            self.waits.errors.append(f"{path}: {status}")
        if "set-cookie" in headers:
            self.cookie = headers["set-cookie"].partition(";")[0]
        return status, text.decode("utf-8", "replace")

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        for tried in (0, 1):
            if self.streams is None:
                self.streams = await asyncio.open_connection(HOST, self.port)
            reader, writer = self.streams
            try:
                writer.write(request)
                await writer.drain()
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                break
            except (OSError, asyncio.IncompleteReadError):
                # A connection that lay idle may have been closed by the server.
                self.streams = None
                if tried:
                    raise
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        return int(head[0].split()[1]), headers, await reader.readexactly(int(headers.get("content-length", "0")))


async def read(browser: Browser, chance: random.Random, until: float, style: str) -> None:
    """A reader of public pages."""
    await asyncio.sleep(chance.random())
    while time.monotonic() < until:
        await browser.ask("public", chance.choice(PAGES))
        await asyncio.sleep(chance.uniform(0.5, 1.5))


async def fetch(browser: Browser, chance: random.Random, until: float, style: str) -> None:
    """Somebody who fetches the style sheet."""
    await asyncio.sleep(chance.random())
    while time.monotonic() < until:
        await browser.ask("static", style)
        await asyncio.sleep(chance.uniform(0.2, 0.6))


async def sign_in(browser: Browser, staff: str) -> str:
    """Signs in; the token of the session's forms."""
    _, page = await browser.ask("sign-in", "/sign-in")
    form = {"csrf": token_of(page), "staff": staff, "password": staff}
    await browser.ask("sign-in", "/sign-in", form)
    return token_of((await browser.ask("sign-in", "/staff"))[1])


def token_of(page: str) -> str:
    """The token in a page's form."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    return found[1] if found else ""


async def work(browser: Browser, chance: random.Random, until: float, token: str) -> None:
    """A member of staff: what is due, why they look, the entry. Each look is recorded, and each page is read."""
    number = 0

    async def read_it() -> None:
        await asyncio.sleep(chance.uniform(0.5, 1.5))

    await asyncio.sleep(chance.random())
    while time.monotonic() < until:
        await browser.ask("staff", "/staff")
        await read_it()
        _, page = await browser.ask("staff", "/staff/due")
        await read_it()
        entries = re.findall(r'href="(/staff/entries/[A-Z0-9]+)"', page)
        if entries:
            number += 1
            path = chance.choice(entries)
            reason = f"the review of this week, look {number}"
            status, _ = await browser.ask("staff write", path, {"csrf": token, "reason": reason})
            if status == 303:
                await browser.ask("staff", path)
                await read_it()


async def load(port: int, readers: int, staff: int, seconds: float, *, seed: int = 1, recorders: int = 50) -> Waits:
    """All of them for so long; the staff are so many recorders, the first of them P1001."""
    waits, chance = Waits(), random.Random(seed)
    first = Browser(port, Waits())
    _, page = await first.ask("", "/")
    found = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert found, "no style sheet"
    desks = [Browser(port, waits) for _ in range(staff)]
    # A person may be signed in at ten computers; `portal.py` has fifty recorders.
    tokens = [await sign_in(desk, f"P{1001 + number % recorders}") for number, desk in enumerate(desks)]
    until = time.monotonic() + seconds
    jobs: list[Awaitable[None]] = [read(Browser(port, waits), chance, until, found[1]) for _ in range(readers)]
    jobs += [fetch(Browser(port, waits), chance, until, found[1]) for _ in range(STATIC_READERS)]
    jobs += [work(desk, chance, until, token) for desk, token in zip(desks, tokens, strict=True)]
    await asyncio.gather(*jobs)
    return waits


def start(folder: Path, port: int, ready: Callable[[], bool], *words: str) -> subprocess.Popen[bytes]:
    """A portal over a demonstration in `folder`, in a process of its own; `words` are options of `portal.py`."""
    command = [sys.executable, str(Path(__file__).with_name("portal.py")), str(folder), str(port), *words]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while not ready():
        if process.poll() is not None:
            raise SystemExit("the portal did not start")
        time.sleep(0.1)
    return process
