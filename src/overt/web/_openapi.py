"""What every OpenAPI description of ours has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt import __version__
from overt.web._problem import PROBLEM

ANY = {"type": "object"}
"""The schema of any object."""


def document(
    title: str, paths: Mapping[str, Any], schemes: Mapping[str, Any], description: str | None = None
) -> dict[str, Any]:
    """An OpenAPI 3.1 document with these paths; `schemes` are the ways to say who asks."""
    info = {"title": title, "version": __version__, **({"description": description} if description else {})}
    return {"openapi": "3.1.0", "info": info, "components": {"securitySchemes": dict(schemes)}, "paths": dict(paths)}


def response(status: str, description: str, schema: Mapping[str, Any] = ANY) -> dict[str, Any]:
    """One response: JSON, which is a problem where the status says that something went wrong."""
    media_type = PROBLEM if status[0] in "45" else "application/json"
    return {"description": description, "content": {media_type: {"schema": schema}}}
