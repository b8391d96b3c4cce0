"""Serves a published log, as a folder of files would be served (C2SP tlog-tiles)."""

from __future__ import annotations

import re
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from overt.ledger import BUNDLE_LIMIT, DOCUMENT_LIMIT, Reader, cache_control, media_type

_GROUPS = r"(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
_SERVED = re.compile(
    rf"checkpoint|tile/(?:[0-9]|[1-5][0-9]|6[0-3]|entries)/{_GROUPS}|documents/[0-9a-f]{{64}}", re.ASCII
)
# A document is what somebody wrote: a browser shall neither run it nor guess what it is.
SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


def log_app(reader: Reader) -> Any:
    """An ASGI application that serves a log's resources, and nothing else that may lie beside them."""

    async def resource(request: Request) -> Response:
        path = request.path_params["path"]
        if not _SERVED.fullmatch(path):
            return Response(status_code=404)
        data = await run_in_threadpool(reader.read, path, max(BUNDLE_LIMIT, DOCUMENT_LIMIT))
        if data is None:
            return Response(status_code=404)
        headers = {"Cache-Control": cache_control(path), **SAFE}
        return Response(data, headers=headers, media_type=media_type(path))

    return Starlette(routes=[Route("/{path:path}", resource, methods=["GET", "HEAD"])])
