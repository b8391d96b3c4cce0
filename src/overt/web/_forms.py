"""What came in with a request, read once and strictly: only the fields that the action names, each of its kind."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from overt.encoding import read_json
from overt.web._action import LONGEST_WORDS, Action, Fault, Field, Kind

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
# No person sees this field; programs that fill in every field do.
HONEYPOT = "website"
_PARTS = ("day", "month", "year")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Received:
    """The texts and files of a request, as they came."""

    def __init__(self, texts: Mapping[str, str], files: Mapping[str, bytes]) -> None:
        self.texts = dict(texts)
        self.files = dict(files)


async def receive(request: Request, action: Action) -> Received:
    """What a form or a JSON object holds; refused with 4xx when it is neither, too long, or says a thing twice."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > action.most_bytes:
        raise HTTPException(413)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(await _body(request, action.most_bytes))
    if kind == _FORMS[0]:
        request._body = await _body(request, action.most_bytes)
    elif kind != _FORMS[1]:
        if not await _body(request, action.most_bytes):
            return Received({}, {})
        raise HTTPException(415)
    most = max(10, 3 * len(action.fields) + 5)
    try:
        form = await request.form(max_files=4, max_fields=most, max_part_size=action.most_bytes)
    except (MultiPartException, UnicodeDecodeError) as error:
        raise HTTPException(400) from error
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for name, value in form.multi_items():
        if name in texts or name in files:
            raise HTTPException(400)
        if isinstance(value, UploadFile):
            content = await value.read()
            if sum(len(each) for each in files.values()) + len(content) > action.most_bytes:
                raise HTTPException(413)
            files[name] = content
        else:
            texts[name] = value
    return Received(texts, files)


async def _body(request: Request, most: int) -> bytes:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            raise HTTPException(413)
    return bytes(data)


def _from_json(data: bytes) -> Received:
    try:
        found = read_json(data)
    except ValueError as error:
        raise HTTPException(400) from error
    if not isinstance(found, dict):
        raise HTTPException(400)
    texts: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, bool):
            texts[name] = "yes" if value else "no"
        elif isinstance(value, str | int) or value is None:
            texts[name] = "" if value is None else str(value)
        else:
            raise HTTPException(400)
    return Received(texts, {})


def read_fields(
    fields: tuple[Field, ...], received: Received, also: frozenset[str] = frozenset()
) -> tuple[dict[str, str], dict[str, bytes], tuple[Fault, ...]]:
    """The fields that were filled, and what is wrong with the others. A field that the action has not is refused."""
    known = set(also)
    for each in fields:
        known |= {each.name, *(f"{each.name}-{part}" for part in _PARTS if each.kind is Kind.DATE)}
    if {*received.texts, *received.files} - known:
        raise HTTPException(400)
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    for each in fields:
        if each.kind is Kind.FILE:
            content = received.files.get(each.name, received.texts.get(each.name, "").encode("utf-8", "replace"))
            if content:
                files[each.name] = content
            elif not each.optional:
                faults.append(Fault(each.name, f"Choose the file: {_small(each.label)}"))
            continue
        if each.name in received.files:
            raise HTTPException(400)
        value, fault = _read(each, received.texts)
        if value:
            texts[each.name] = value
        if fault or (not value and not each.optional):
            faults.append(Fault(each.name, fault or _missing(each)))
    return texts, files, tuple(faults)


def _read(field: Field, texts: Mapping[str, str]) -> tuple[str, str]:
    """The value, and what is wrong with it; a value that is wrong comes back too, for whoever has to fix it."""
    value = texts.get(field.name, "").strip()
    if any(each < " " and each not in "\r\n\t" for each in value) or "\x7f" in value:
        return "", f"Enter text without control characters for {_named(field)}"
    if field.kind is Kind.DATE:
        return _read_date(field, texts, value)
    fault = _fault(field, value)
    longest = LONGEST_WORDS if field.kind is Kind.WORDS else field.longest
    return value.replace("\r\n", "\n")[:longest], fault


def _fault(field: Field, value: str) -> str:
    if field.kind is Kind.CHOICE and field.choices and value and value not in {each for each, _ in field.choices}:
        return f"Choose one of the options for {_named(field)}"
    if field.kind is Kind.YES_OR_NO and value not in ("", "yes", "no"):
        return f"Choose yes or no for {_named(field)}"
    longest = LONGEST_WORDS if field.kind is Kind.WORDS else field.longest
    if len(value) > longest:
        return f"Enter {longest:,} characters or fewer for {_named(field)}"
    if field.kind is not Kind.WORDS and ("\n" in value or "\r" in value):
        return f"Enter one line for {_named(field)}"
    return ""


def _read_date(field: Field, texts: Mapping[str, str], whole: str) -> tuple[str, str]:
    parts = [texts.get(f"{field.name}-{part}", "").strip() for part in _PARTS]
    if not whole and not any(parts):
        return "", ""
    try:
        if whole:
            return dt.date.fromisoformat(whole).isoformat(), ""
        if not all(each.isascii() and each.isdecimal() and len(each) <= 4 for each in parts):
            raise ValueError
        day, month, year = map(int, parts)
        if year < 1900:
            raise ValueError
        return dt.date(year, month, day).isoformat(), ""
    except ValueError:
        return "", f"Enter a real date, such as 27 3 2026, for {_named(field)}"


def _missing(field: Field) -> str:
    if field.kind is Kind.CHOICE:
        return f"Choose: {_small(field.label)}"
    if field.kind is Kind.YES_OR_NO:
        return f"Choose yes or no: {_small(field.label)}"
    return f"Enter: {_small(field.label)}"


def _named(field: Field) -> str:
    """The field as an error names it, so that two errors of one page are never alike."""
    return f"“{field.label}”"


def _small(label: str) -> str:
    return label[:1].lower() + label[1:] if label[:2] != label[:2].upper() else label


class FormTokens:
    """Shows that a public form was asked for here, not long ago and not this instant; nothing is kept of who asked."""

    def __init__(self, clock: Callable[[], float] = time.time, shortest: float = 1.0, longest: float = 7_200.0) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock
        self._shortest, self._longest = shortest, longest

    def make(self) -> str:
        """A token for a form that is shown now."""
        at = f"{self._clock():.1f}"
        return f"{at}.{self._mark(at)}"

    def holds(self, token: str) -> bool:
        """Whether it is one of ours and of the right age."""
        at, _, mark = token.rpartition(".")
        if not hmac.compare_digest(self._mark(at).encode(), mark.encode("utf-8", "replace")):
            return False
        return self._shortest <= self._clock() - float(at) <= self._longest

    def _mark(self, at: str) -> str:
        return hmac.new(self._key, at.encode("utf-8", "replace"), sha256).hexdigest()


def same_site(request: Request) -> bool:
    """Whether a form was sent from this site's own page, as far as the browser says."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is None:
        return True
    return origin.partition("://")[2] == request.headers.get("host", "")


def problem(code: str, status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return an error as a problem document (RFC 9457)."""
    return {"type": f"docs/refusals.md#{code}", "title": code, "status": status, "detail": detail, **more}
