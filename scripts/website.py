"""Build the documentation site from the pages of the repository, with everything that it needs in its own folder.

python -m scripts.website [--out FOLDER]     default: out/site

The pages keep their places, so that their links hold. What they link to outside the documentation, such as the SQL of a
control, becomes part of the site. A link or anchor that leads nowhere ends the build with an error.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

os.environ["NO_MKDOCS_2_WARNING"] = "1"

from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).resolve().parent.parent
# Pages of these folders, and the pages beside the README, are those of the site.
FOLDERS = ("docs", "examples", "bench")
_FENCE = re.compile(r"^( {0,3}```+)([^\s`]+) ([^\n`{}=]+)$", re.MULTILINE)
_CODE_OR_LINK = re.compile(
    r"(?P<code>^ {0,3}````?.*?^ {0,3}````?[ ]*$|`[^`\n]+`)|(?P<before>(?<!\\)\[[^\]]*\]\()(?P<target>[^)\s]+)\)",
    re.DOTALL | re.MULTILINE,
)


def pages() -> list[Path]:
    """Every page of the repository that is part of the site."""
    return [*sorted(ROOT.glob("*.md")), *(page for name in FOLDERS for page in sorted((ROOT / name).rglob("*.md")))]


def gather(source: Path) -> None:
    """Put the pages, and every file that they link to, into an empty folder."""
    linked: set[Path] = set()
    own = frozenset(pages())
    for page in sorted(own):
        place = source / page.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        text = _CODE_OR_LINK.sub(_linking(page, own, linked), page.read_text(encoding="utf-8"))
        place.write_text(_FENCE.sub(r'\1\2 title="\3"', text), encoding="utf-8")
    for target in sorted({*linked, *(page.parent for page in own)}):
        if target.is_file():
            _copy(target, source)
        elif not (source / target.relative_to(ROOT) / "README.md").exists():
            _list_files(target, source)
    shutil.copyfile(ROOT / "docs" / "site.css", source / "site.css")


def _linking(page: Path, own: frozenset[Path], linked: set[Path]) -> Callable[[re.Match[str]], str]:
    """What a link becomes; folders, and files that are none of the `own` pages, are added to `linked`."""

    def relinked(match: re.Match[str]) -> str:
        if match["code"] or ":" in match["target"]:
            return match[0]
        name, mark, anchor = match["target"].partition("#")
        target = (page.parent / name).resolve() if name else page
        if target.is_dir():
            linked.add(target)
            name = f"{name.rstrip('/')}/README.md"
        elif target.is_file() and target not in own:
            linked.add(target)
            name = name.removesuffix(target.name) + _published(target).name
        return f"{match['before']}{name}{mark}{anchor})"

    return relinked


def _published(file: Path) -> Path:
    """The place of a file in the site, which has no files whose names begin with a dot."""
    return file.relative_to(ROOT).with_name(file.name.lstrip("."))


def _copy(file: Path, source: Path) -> None:
    place = source / _published(file)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, place)


def _list_files(folder: Path, source: Path) -> None:
    """Write a page that lists the pages of a folder by their titles, or else its files."""
    lines = [f"# {folder.name.capitalize()}", ""]
    pages_of_folder = sorted(folder.glob("*.md"))
    for file in pages_of_folder or sorted(path for path in folder.iterdir() if path.is_file()):
        title = re.search(r"^# (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE) if pages_of_folder else None
        lines.append(f"- [{title[1] if title else file.name}]({file.name})")
        if not pages_of_folder:
            _copy(file, source)
    place = source / folder.relative_to(ROOT) / "README.md"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")


def build_site(out: Path) -> None:
    """Build the site into a folder. Raises `mkdocs.exceptions.Abort` if a link or anchor leads nowhere."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pages"
        source.mkdir()
        gather(source)
        build(
            load_config(
                str(ROOT / "mkdocs.yml"),
                docs_dir=str(source),
                site_dir=str(out.absolute()),
                copyright=f"Overt {version}. Licensed under the Apache License 2.0.",
            )
        )
    for page in out.rglob("*.html"):
        # The theme names every part of a page for a screen reader but this one.
        text = page.read_text(encoding="utf-8").replace('role="dialog"', 'role="dialog" aria-label="Search"')
        page.write_text(text, encoding="utf-8")


def main() -> int:
    """Build the site and print its folder."""
    parser = argparse.ArgumentParser(description="Build the documentation site.")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "site", help="folder of the site")
    out = parser.parse_args().out
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    build_site(out)
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
