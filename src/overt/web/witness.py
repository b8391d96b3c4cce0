"""Serves a witness (C2SP tlog-witness)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from overt.ledger import BODY_LIMIT, Witness
from overt.web.log import SAFE


def witness_app(witness: Witness, now: Callable[[], int]) -> Any:
    """An ASGI application for a witness; `now` gives seconds since 1970."""

    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > BODY_LIMIT:
                return Response(status_code=413)
        answer = await run_in_threadpool(witness.add_checkpoint, bytes(body), now())
        return Response(answer.body, answer.status, headers={"Content-Type": answer.media_type, **SAFE})

    async def checkpoint(request: Request) -> Response:
        data = await run_in_threadpool(witness.checkpoint, request.path_params["origin"])
        if data is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "no-cache", **SAFE}
        return Response(data, headers=headers, media_type="text/plain; charset=utf-8")

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{origin}/checkpoint", checkpoint, methods=["GET"]),
        ]
    )
