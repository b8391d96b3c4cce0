"""What a page says for an error status: what happened, and what to do next."""

from __future__ import annotations

HEADINGS = {
    400: "This request cannot be read",
    401: "Sign in",
    403: "You cannot do this",
    404: "Page not found",
    405: "This action is not available here",
    408: "The request took too long",
    413: "The request is too large",
    414: "The web address is too long",
    415: "This type of content is not accepted",
    429: "Too many attempts",
    500: "Sorry, there is a problem with this service",
    503: "The register is not available at the moment",
}
DETAILS = {
    400: "The web address or the form contains something unexpected, or the same field twice.",
    401: "You need to sign in to see this page.",
    403: "You do not have permission to do this. This attempt has been recorded in the access log.",
    404: "Check the web address, or go to the home page.",
    405: "Nothing was changed.",
    408: "Nothing was saved. Send it again.",
    413: "The file or form is too large. Nothing was saved.",
    414: "Check the web address, or go to the home page.",
    415: "Send a form or JSON. Nothing was saved.",
    429: "Wait one minute, then try again. Nothing was saved.",
    500: "The error is in the server log. If you were changing something, check whether it was saved before you try"
    " again.",
    503: "Wait one minute, then try again. If you were changing something, check whether it was saved before you try"
    " again.",
}
_PLAIN = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{heading}</title></head>
<body><main><h1>{heading}</h1><p>{detail}</p><p><a href="/">Home page</a></p></main></body></html>
"""


def short_page(status: int, detail: str = "") -> bytes:
    """A page that needs neither the register nor a template, for when one of those has failed."""
    heading = HEADINGS.get(status, "Sorry, there is a problem")
    return _PLAIN.format(heading=heading, detail=detail or DETAILS.get(status, "Nothing was changed.")).encode()
