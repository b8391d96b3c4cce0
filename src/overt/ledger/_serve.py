"""Applications for a log and for a witness, on Starlette (`pip install 'overt[serve]'`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from overt.ledger._leaves import DOCUMENT_LIMIT
from overt.ledger._store import cache_control, media_type
from overt.ledger._tiles import BUNDLE_LIMIT, Reader
from overt.ledger._witness import BODY_LIMIT, Witness

_GROUPS = r"(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
_SERVED = re.compile(
    rf"checkpoint|tile/(?:[0-9]|[1-5][0-9]|6[0-3]|entries)/{_GROUPS}|documents/[0-9a-f]{{64}}", re.ASCII
)
# A document is what somebody wrote: a browser shall neither run it nor guess what it is.
_SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


def log_app(reader: Reader) -> Any:
    """An ASGI application that serves a log's resources, and nothing else that may lie beside them."""
    from starlette.applications import Starlette  # noqa: PLC0415  an extra
    from starlette.concurrency import run_in_threadpool  # noqa: PLC0415
    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import Response  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    async def resource(request: Request) -> Response:
        path = request.path_params["path"]
        if not _SERVED.fullmatch(path):
            return Response(status_code=404)
        data = await run_in_threadpool(reader.read, path, max(BUNDLE_LIMIT, DOCUMENT_LIMIT))
        if data is None:
            return Response(status_code=404)
        headers = {"Cache-Control": cache_control(path), **_SAFE}
        return Response(data, headers=headers, media_type=media_type(path))

    return Starlette(routes=[Route("/{path:path}", resource, methods=["GET", "HEAD"])])


def witness_app(witness: Witness, now: Callable[[], int]) -> Any:
    """An ASGI application for a witness; `now` gives seconds since 1970."""
    from starlette.applications import Starlette  # noqa: PLC0415  an extra
    from starlette.concurrency import run_in_threadpool  # noqa: PLC0415
    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import Response  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > BODY_LIMIT:
                return Response(status_code=413)
        answer = await run_in_threadpool(witness.add_checkpoint, bytes(body), now())
        return Response(answer.body, answer.status, headers={"Content-Type": answer.media_type, **_SAFE})

    async def checkpoint(request: Request) -> Response:
        data = await run_in_threadpool(witness.checkpoint, request.path_params["origin"])
        if data is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "no-cache", **_SAFE}
        return Response(data, headers=headers, media_type="text/plain; charset=utf-8")

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{origin}/checkpoint", checkpoint, methods=["GET"]),
        ]
    )
