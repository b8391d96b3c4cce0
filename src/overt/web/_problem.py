"""Problem details (RFC 9457): how a program is told what was refused."""

from __future__ import annotations

from typing import Any

PROBLEM = "application/problem+json"
"""The media type of a problem."""

_HELP = "docs/refusals.md"


def problem(code: str, status: int, detail: str, **more: Any) -> dict[str, Any]:
    """An error as a problem document: `type` refers to the page of the code, and `more` are further members."""
    return {"type": f"{_HELP}#{code}", "title": code, "status": status, "detail": detail, **more}
