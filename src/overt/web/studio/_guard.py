"""Checks before every page. A request refused here never reaches a page; it gets one plain sentence.

In this order: 1 the other end of the connection is this machine, 2 `Host` is this Studio's address and no other name of
it, 3 the browser does not say that another site sent it, 4 the cookie of the session, which the one-time link gives,
5 a change comes from a page of ours: `Origin` here, and the form's token where the form is read, 6 size and pace.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import cookie_parser

from overt.web._receiving import App, Body, Receive, Scope, Send
from overt.web._reply import HEADERS, Reply
from overt.web.studio._keys import StudioKeys

LOOPBACK = "127.0.0.1"
OPEN = "/open/"
MOST_BYTES = 2_500_000
_BODY_SECONDS = 20.0
_LONGEST_TARGET = 2_000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = ((b"content-security-policy", _POLICY.encode()), (b"cache-control", b"no-store"), *HEADERS)
_AGAIN = "Press Enter in the window where Overt runs to get a new one."
SENTENCES = {
    400: "This request cannot be read.",
    403: "This page can be opened only by the link that Overt printed.",
    404: "There is no such page.",
    405: "This cannot be done here.",
    408: "The request took too long. Nothing was changed.",
    413: "This is larger than Studio takes. Nothing was changed.",
    414: "This address is too long.",
    415: "This type of content is not accepted.",
    421: "Studio answers only at the address that Overt printed.",
    500: "Studio has a fault. Check whether your last change was saved before you try again.",
    503: "Studio cannot answer now. Nothing was changed.",
}
_ANOTHER_SITE = "Another site sent this request. Nothing was changed."
_PASTE = "A page of another site led here. Paste the link into the address bar instead."
_NO_ORIGIN = "This form did not come from a page of Studio. Nothing was changed."
USED = f"This link has been used. {_AGAIN}"
NO_SESSION = f"This page can be opened only by the link that Overt printed. {_AGAIN}"

Headers = dict[bytes, list[bytes]]
LogFault = Callable[[BaseException], None]


def guarded(app: App, keys: StudioKeys, port: int, uploads: Callable[[str], bool], log: LogFault) -> App:
    """The application behind the checks; `uploads` are the paths that set their own limits to a body.

    `log` is given what went wrong where nobody foresaw it.
    """
    address = f"{LOOPBACK}:{port}"

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        reply = _Reply(scope, send, _HEADERS)
        refused = _refused(scope, keys, address)
        if refused:
            await reply.instead(*refused)
            return
        try:
            # 6
            body = receive if uploads(scope["path"]) else Body(receive, _BODY_SECONDS, MOST_BYTES).receive
            await app(scope, body, reply.send)
        except Exception as error:
            log(error)
            await reply.instead(500)

    return guard


def _refused(scope: Scope, keys: StudioKeys, address: str) -> tuple[int, str] | None:
    """The status and the sentence for a request that fails a check; none for any other."""
    headers: Headers = {}
    for name, value in scope["headers"]:
        headers.setdefault(name, []).append(value)
    opening = scope["path"].startswith(OPEN)
    peer = scope["client"][0] if scope.get("client") else ""
    if peer != LOOPBACK:  # 1
        return 403, SENTENCES[403]
    if headers.get(b"host") != [address.encode()]:  # 2
        return 421, SENTENCES[421]
    if len(scope["raw_path"]) + len(scope["query_string"]) > _LONGEST_TARGET:
        return 414, SENTENCES[414]
    return _not_from_here(scope["method"], headers, keys, address, opening=opening)


def _not_from_here(
    method: str, headers: Headers, keys: StudioKeys, address: str, *, opening: bool
) -> tuple[int, str] | None:
    """The same, for a request that a page of ours did not send."""
    sites = headers.get(b"sec-fetch-site", [])
    if sites and (len(sites) > 1 or sites[0] not in (b"same-origin", b"none")):  # 3
        return 403, _PASTE if opening else _ANOTHER_SITE
    if not opening and not _has_session(headers.get(b"cookie", []), keys):  # 4
        return 403, NO_SESSION
    if method not in ("GET", "HEAD") and headers.get(b"origin") != [f"http://{address}".encode()]:  # 5
        return 403, _NO_ORIGIN
    return None


def _has_session(cookies: list[bytes], keys: StudioKeys) -> bool:
    if len(cookies) != 1:
        return False
    return keys.is_session(cookie_parser(cookies[0].decode("latin-1")).get(keys.cookie, ""))


class _Reply(Reply):
    """What is answered: one sentence where a request is refused or fails."""

    async def instead(self, status: int, sentence: str = "") -> None:
        """Sends one sentence, if no answer has begun."""
        if not self.begun:
            await self.whole(status, f"{sentence or SENTENCES[status]}\n".encode(), "text/plain; charset=utf-8")
