"""The OpenAPI of everything that the pages do, made from the actions and the table of roles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from overt.web._forms import FormField, Input
from overt.web._openapi import document, response
from overt.web.portal._action import Action, Face
from overt.web.portal._forms import CSRF_HEADER
from overt.web.portal._roles import ANYONE, row_of, table

_TEXTS = {
    "200": "The content of the page",
    "201": "Done",
    "400": "The web address or the form contains something unexpected",
    "401": "Not signed in",
    "403": "Your roles do not allow this, or the form was not sent from this session",
    "404": "Not found",
    "408": "The request took too long",
    "413": "The request is too large",
    "415": "Neither a form nor JSON",
    "422": "Not accepted; the response lists every reason",
    "429": "Too many attempts",
}


def openapi(actions: Iterable[Action]) -> dict[str, Any]:
    """The description, as OpenAPI 3.1."""
    paths: dict[str, Any] = {}
    for action in actions:
        if not action.path.startswith("/sign-in/"):
            paths.setdefault(re.sub(r":\w+}", "}", action.path), {})[action.method.lower()] = _operation(action)
    return document(
        "The portal of a register",
        paths,
        {
            "session": {"type": "apiKey", "in": "cookie", "name": "overt"},
            "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
        },
        "Everything that the pages do. Send Accept: application/json. A session begins at /sign-in; "
        f"send its `csrf` value in the header {CSRF_HEADER} with every request that changes something.",
    )


def _operation(action: Action) -> dict[str, Any]:
    roles = sorted(table().get(row_of(action.name), frozenset()))
    operation: dict[str, Any] = {
        "operationId": action.name,
        "summary": action.summary,
        "tags": [action.face.value],
        "x-roles": roles,
        "parameters": [*_path_parameters(action), *(_parameter(field) for field in action.query)],
        "responses": _responses(action),
    }
    if action.method == "POST":
        operation["requestBody"] = _body(action)
    if action.face is not Face.PUBLIC:
        operation["security"] = [{"session": [], "csrf": []}] if action.method == "POST" else [{"session": []}]
        if ANYONE in roles and action.method == "GET":
            operation["security"] = []
    return operation


def _path_parameters(action: Action) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]+$"}}
        for name in re.findall(r"{(\w+)(?::\w+)?}", action.path)
    ]


def _parameter(field: FormField) -> dict[str, Any]:
    return {
        "name": field.name, "in": "query", "required": not field.optional, "description": field.label,
        "schema": _schema(field),
    }  # fmt: skip


def _schema(field: FormField) -> dict[str, Any]:
    if field.kind is Input.DATE:
        return {"type": "string", "format": "date"}
    if field.kind is Input.YES_OR_NO:
        return {"enum": ["yes", "no"]}
    if field.kind is Input.CHOICE and field.choices:
        return {"enum": [value for value, _ in field.choices]}
    if field.kind is Input.FILE:
        return {"type": "string"}
    return {"type": "string", "maxLength": field.most}


def _body(action: Action) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {field.name: {**_schema(field), "description": field.label} for field in action.fields},
        "required": [field.name for field in action.fields if not field.optional],
        "additionalProperties": False,
    }
    kinds = ["application/json", "application/x-www-form-urlencoded"]
    if any(field.kind is Input.FILE for field in action.fields):
        kinds.append("multipart/form-data")
    return {"required": bool(schema["required"]), "content": {kind: {"schema": schema} for kind in kinds}}


def _responses(action: Action) -> dict[str, Any]:
    statuses = ["400"]
    if action.face is not Face.PUBLIC:
        statuses += ["401", "403"]
    if "{" in action.path:
        statuses.append("404")
    statuses.append("422")
    if action.method == "POST":
        statuses += ["201", "403", "408", "413", "415"]
        statuses += ["429"] if action.face in (Face.PUBLIC, Face.DOOR) else []
    statuses.append("200")
    return {status: response(status, _TEXTS[status]) for status in sorted(set(statuses))}
