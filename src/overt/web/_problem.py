"""Problem details (RFC 9457): how a program is told what was refused."""

from __future__ import annotations

from typing import Any

PROBLEM = "application/problem+json"
"""The media type of a problem."""

_HELP = "docs/refusals.md"


def problem(code: str, status: int, detail: str, **more: Any) -> dict[str, Any]:
    """A problem: its `type` leads to the page of the code, and `more` are members of its own."""
    return {"type": f"{_HELP}#{code}", "title": code, "status": status, "detail": detail, **more}
