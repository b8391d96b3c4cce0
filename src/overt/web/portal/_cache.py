"""Pages that are the same for everyone, kept for a few seconds: many readers cost one rendering."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256

_MOST = 2_000
# An old page is shown while a new one is made, but not one older than this many times its life.
_STALE = 6


@dataclass(frozen=True)
class CachedPage:
    """A page as it was made, and its tag."""

    content: bytes
    media_type: str
    made_at: float

    @property
    def tag(self) -> str:
        """The ETag: the page's digest."""
        return f'"{sha256(self.content).hexdigest()[:32]}"'


class PageCache:
    """Pages by key. One is made at a time; in the meantime the last one is shown."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, CachedPage] = {}
        self._making: dict[str, asyncio.Task[CachedPage]] = {}
        # Pages are made one after another: together they would keep all other requests waiting.
        self._turn = asyncio.Semaphore(1)

    async def get(self, key: str, make: Callable[[], Awaitable[tuple[bytes, str]]]) -> CachedPage:
        """The page, made by `make` if there is none that is young enough."""
        page = self._kept.get(key)
        age = self._clock() - page.made_at if page else 0.0
        if page and age < self._seconds:
            return page
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, make))
            self._making[key] = task
        if page and age < _STALE * self._seconds:
            return page
        return await asyncio.shield(task)

    async def _make(self, key: str, make: Callable[[], Awaitable[tuple[bytes, str]]]) -> CachedPage:
        try:
            async with self._turn:
                content, media_type = await make()
            page = CachedPage(content, media_type, self._clock())
            if self._seconds:
                self._kept[key] = page
                while len(self._kept) > _MOST:
                    self._kept.pop(next(iter(self._kept)))
            return page
        finally:
            self._making.pop(key, None)
