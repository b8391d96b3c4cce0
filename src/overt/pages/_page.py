"""How every page of a result is made: one file, nothing fetched from anywhere, nothing that runs."""

from __future__ import annotations

from pathlib import Path
from types import CodeType

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from overt.visible import visible

STYLE = Path(__file__).with_name("report.css")


class _CompiledTemplates(BytecodeCache):
    """What templates were compiled to, for every environment of this process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives back the code of a template whose text is the same."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps it."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _CompiledTemplates()


def page_environment(templates: Path) -> Environment:
    """The templates of a folder, strict and escaping, with the shared style as `css`."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_COMPILED,
    )
    # Our own text, and the only text that is not escaped.
    environment.globals["css"] = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704
    return environment


def as_bytes(page: str) -> bytes:
    """The page in UTF-8, with everything shown that a browser would obey and a reader not see."""
    return visible(page).encode("utf-8")
