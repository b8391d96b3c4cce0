"""Everything that the public can get of a register: pages, files and endpoints of its portal, and of its ledger.

Written apart from what it reads: it begins at the addresses that a visitor finds, follows every link of every page,
takes each page as JSON too, and reads the ledger by its published format. What is random by design, digests, roots,
salts and signatures, is struck out; everything else is kept as it was said.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Protocol

import pypdf

_LINK = re.compile(r'(?:href|src|action)="(/[^"#]*|[^":#/]+\.[a-z]+)"')
_JSON = {"accept": "application/json"}
# Hexadecimal digests, base64 of 32 bytes and more, and the tokens of forms, which hold the time.
_RANDOM = re.compile(r"\d+\.\d+\.[A-Za-z0-9+/_-]{20,}={0,2}|[0-9a-f]{12,}…?|[A-Za-z0-9+/_-]{20,}={0,2}|\d{10,}")


class Browser(Protocol):
    """Who asks for an address, as httpx does."""

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> Answer: ...


class Answer(Protocol):
    """What was answered."""

    status_code: int
    text: str
    content: bytes
    headers: Mapping[str, str]


def everything(browser: Browser, begin: list[str]) -> dict[str, str]:
    """What each address says, without what is random, by the address."""
    waiting, found = [*begin, *_ledger(browser)], {}
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        answer = browser.get(path)
        found[path] = _said(answer)
        if "html" in answer.headers.get("content-type", ""):
            found[f"{path} as JSON"] = _said(browser.get(path, headers=_JSON))
            for each in _LINK.findall(answer.text):
                link = each if each.startswith("/") else f"{path.rpartition('/')[0]}/{each}"
                if link not in seen and "{" not in link and not link.startswith("/static"):
                    seen.add(link)
                    waiting.append(link)
    return found


def without_random(text: str) -> str:
    """A text with what is random struck out."""
    return _RANDOM.sub("…", text)


def _said(answer: Answer) -> str:
    if answer.content.startswith(b"%PDF"):
        # Lines end where the page does, in the middle of a digest; how many bytes its letters take is as random as it.
        pages = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        return f"{answer.status_code} {without_random(''.join(pages.split()))}"
    try:
        text = answer.content.decode()
    except UnicodeDecodeError:
        return f"{answer.status_code} {len(answer.content)} bytes"
    return f"{answer.status_code} {without_random(text)}"


def _ledger(browser: Browser) -> list[str]:
    """The checkpoint, and the tile and the bundle that a log of that size has (C2SP tlog-tiles)."""
    head = browser.get("/ledger/checkpoint")
    if head.status_code != 200:
        return ["/ledger/checkpoint"]
    size = int(head.text.splitlines()[1])
    whole, rest = divmod(size, 256)
    last = [f"{whole:03d}.p/{rest}"] if rest else []
    places = [f"{number:03d}" for number in range(whole)] + last
    return ["/ledger/checkpoint", *(f"/ledger/tile/{level}/{each}" for level in ("0", "entries") for each in places)]


def numbers(said: str) -> list[str]:
    """Every number that is said, in order."""
    return re.findall(r"\d[\d,.]*", said)
