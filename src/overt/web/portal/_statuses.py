"""What a page says of a status that is no answer: in plain words, with where to go on."""

from __future__ import annotations

HEADINGS = {
    400: "This request cannot be read",
    401: "Sign in first",
    403: "You may not do this",
    404: "There is no such page",
    405: "This page is not for that",
    408: "This took too long to arrive",
    413: "Too much was sent",
    414: "The address is too long",
    415: "This kind of content is not taken",
    429: "Too many tries",
    500: "Something went wrong here",
    503: "The register cannot be reached at the moment",
}
DETAILS = {
    400: "The form or the address holds something that does not belong there, or says a thing twice.",
    401: "This page is for those who sign in.",
    403: "Your roles do not let you do this. The attempt is in the access log.",
    404: "Check the address, or begin at the first page.",
    405: "Nothing was changed.",
    408: "Send it again; nothing was taken.",
    413: "Send less; nothing was taken.",
    414: "Check the address, or begin at the first page.",
    415: "Send a form or JSON; nothing was taken.",
    429: "Wait a minute, then try again. Nothing was taken.",
    500: "The fault is ours and is in the server’s log. If you were changing something, look whether it was recorded"
    " before you try again.",
    503: "Wait a minute, then try again. If you were changing something, look whether it was recorded before you try"
    " again.",
}
_PLAIN = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{heading}</title></head>
<body><main><h1>{heading}</h1><p>{detail}</p><p><a href="/">The first page</a></p></main></body></html>
"""


def short_page(status: int, detail: str = "") -> bytes:
    """A page that needs nothing: neither the register nor a template. It is for when those are what failed."""
    heading = HEADINGS.get(status, "This did not work")
    return _PLAIN.format(heading=heading, detail=detail or DETAILS.get(status, "Nothing was changed.")).encode()
