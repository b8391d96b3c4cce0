"""The gate over HTTP, for the programs of a unit on one machine: it listens on loopback and knows who asks by a token.

What is refused comes back as a problem (RFC 9457) with every reason.
"""

from __future__ import annotations

import datetime as dt
import hmac
import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from overt.charter import as_json as charter_as_json
from overt.charter import in_force
from overt.gate import (
    CHANGES,
    PROPOSABLE,
    Admitted,
    Gate,
    Held,
    Outcome,
    Proposed,
    is_staff_reference,
    outcome_as_json,
    read_lines,
)
from overt.refusals import Refusal, raise_all
from overt.register import Register
from overt.storage import storage_refusal
from overt.web._openapi import ANY, document, response
from overt.web._problem import PROBLEM, problem

MOST_BYTES = 10_000_000
_SHORTEST_TOKEN = 16


def read_tokens(text: str) -> dict[str, str]:
    """Staff references by their tokens, from `STAFF=TOKEN` separated by spaces; refused with every fault."""
    tokens, refusals = {}, []
    for place, pair in enumerate(text.split(), start=1):
        staff, equals, token = pair.partition("=")
        if not equals or not is_staff_reference(staff) or len(token) < _SHORTEST_TOKEN:
            wanted = f"STAFF=TOKEN, the token of {_SHORTEST_TOKEN} characters or more"
            refusals.append(
                Refusal("token-shape", f"OVERT_TOKENS, entry {place}", "the token does not have that form", wanted)
            )
        tokens[token] = staff
    if not tokens:
        refusals.append(Refusal("token-shape", "OVERT_TOKENS", "there is no token", "STAFF=TOKEN, separated by spaces"))
    raise_all(refusals)
    return tokens


def gate_app(register: Register, tokens: Mapping[str, str], now: Callable[[], dt.datetime]) -> Any:
    """The ASGI application: POST /records, GET /charter, /status and /openapi.json."""
    # One connection, one writer: requests take turns.
    turn = threading.Lock()

    def answer(status: int, body: Any, kind: str = "application/json") -> Response:
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return JSONResponse(body, status, headers, kind)

    def refused(status: int, code: str, detail: str, **more: Any) -> Response:
        return answer(status, problem(code, status, detail, **more), PROBLEM)

    async def records(request: Request) -> Response:
        actor = _actor_of(request, tokens)
        if actor is None:
            unknown = refused(401, "token-unknown", "authentication is required: send Authorization: Bearer TOKEN")
            unknown.headers["www-authenticate"] = "Bearer"
            return unknown
        data = b""
        async for chunk in request.stream():
            data += chunk
            if len(data) > MOST_BYTES:
                return refused(413, "record-too-long", f"more than {MOST_BYTES:,} bytes")
        return await run_in_threadpool(propose, data, actor, request.headers.get("idempotency-key"))

    def propose(data: bytes, actor: str, key: str | None) -> Response:
        lines = list(read_lines(io.BytesIO(data)))
        faults = [line.refusal for line in lines if line.refusal is not None]
        if faults or not lines:
            detail = "; ".join(f"{fault.where}: {fault.found}" for fault in faults) or "no record"
            return refused(400, "record-malformed", detail)
        proposed = [line.record for line in lines if line.record is not None]
        if key is not None:
            proposed = [_keyed(record, key, place) for place, record in enumerate(proposed)]
        try:
            with turn:
                outcomes = Gate(register).admit(proposed, actor, now())
        except Exception as error:
            refusal = error if isinstance(error, Refusal) else storage_refusal(error, "the register")
            if refusal is None:
                raise
            return refused(503, refusal.code, f"{refusal.where}: {refusal.found}")
        return answered(outcomes)

    def answered(outcomes: list[Outcome]) -> Response:
        shown = [outcome_as_json(outcome) for outcome in outcomes]
        if all(isinstance(outcome, Admitted) for outcome in outcomes):
            return answer(201, {"outcomes": shown})
        if all(isinstance(outcome, Admitted | Held) for outcome in outcomes):
            return answer(202, {"outcomes": shown})
        reused = any(reason.code == "idempotency-key-reused" for outcome in outcomes for reason in outcome.reasons)
        detail = "the gate refuses; each outcome has all its reasons"
        return refused(409 if reused else 422, "records-refused", detail, outcomes=shown)

    async def charter(_: Request) -> Response:
        with turn:
            in_use = in_force(register.charters(), now().date())
        if in_use is None:
            return refused(404, "charter-not-in-force", "no charter is in force today")
        return answer(200, charter_as_json(in_use))

    async def status(_: Request) -> Response:
        with turn:
            stands = register.status()
        return answer(200, {"name": stands.name, "origin": stands.origin, "charter": stands.charter})

    async def openapi(_: Request) -> Response:
        return answer(200, OPENAPI)

    routes = [
        Route("/records", records, methods=["POST"]),
        Route("/charter", charter),
        Route("/status", status),
        Route("/openapi.json", openapi),
    ]

    async def missing(_: Request, error: Any) -> Response:
        return refused(error.status_code, "no-such-page", "POST /records; GET /charter, /status, /openapi.json")

    async def failed(_: Request, error: Exception) -> Response:
        # What went wrong may repeat a value; its kind does not.
        return refused(500, "internal", type(error).__name__)

    return Starlette(routes=routes, exception_handlers={404: missing, 405: missing, Exception: failed})


def _actor_of(request: Request, tokens: Mapping[str, str]) -> str | None:
    """Whose token a request carries."""
    word, _, offered = request.headers.get("authorization", "").partition(" ")
    if word.lower() != "bearer":
        return None
    actor = None
    for token, staff in tokens.items():
        # Every token is compared, so that the time taken tells nothing.
        if hmac.compare_digest(token.encode(), offered.encode()):
            actor = staff
    return actor


def _keyed(proposed: Proposed, key: str, place: int) -> Proposed:
    return replace(proposed, idempotency_key=f"{key}#{place}")


_REASON = {
    "type": "object",
    "required": ["code", "effect"],
    "properties": {
        **{name: {"type": "string"} for name in ("code", "where", "says", "remedy")},
        "effect": {"enum": ["refuse", "hold", "note"]},
        "law": {"type": "array", "items": {"type": "string"}},
        "unknown": {"type": "boolean"},
        "stood": {"type": "boolean"},
    },
}
_OUTCOMES = {
    "type": "object",
    "properties": {
        "outcomes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["outcome", "reasons"],
                "properties": {
                    "outcome": {"enum": ["admitted", "held", "refused"]},
                    "seq": {"type": "integer"},
                    "recorded_at": {"type": "string"},
                    "hold_id": {"type": "string"},
                    "reasons": {"type": "array", "items": _REASON},
                    "repeated": {"type": "boolean"},
                },
            },
        }
    },
}
_PROPOSAL = {
    "type": "object",
    "required": ["table", "values"],
    "additionalProperties": False,
    "properties": {
        "table": {"enum": list(PROPOSABLE)},
        "action": {"enum": list(CHANGES)},
        "values": {"type": "object"},
        "bundle": {"type": "string"},
        "idempotency_key": {"type": "string"},
    },
}


def _answers(**by_status: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {status[1:]: response(status[1:], *pair) for status, pair in by_status.items()}


OPENAPI = document(
    "The gate of a register",
    {
        "/records": {
            "post": {
                "summary": "Propose records, one JSON object a line",
                "security": [{"token": []}],
                "parameters": [{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}],
                "requestBody": {"required": True, "content": {"application/x-ndjson": {"schema": _PROPOSAL}}},
                "responses": _answers(
                    _201=("All were admitted", _OUTCOMES),
                    _202=("None was refused, and some wait for a human", _OUTCOMES),
                    _400=("The lines cannot be read", ANY),
                    _401=("No token of this register", ANY),
                    _409=("An idempotency key was used for another record", _OUTCOMES),
                    _413=("Too long", ANY),
                    _422=("Some were refused, each with all reasons", _OUTCOMES),
                    _503=("The register cannot be written now", ANY),
                ),
            }
        },
        "/charter": {"get": {"summary": "The charter in force", "responses": _answers(_200=("It", ANY))}},
        "/status": {"get": {"summary": "How the register stands", "responses": _answers(_200=("It", ANY))}},
    },
    {"token": {"type": "http", "scheme": "bearer"}},
)
