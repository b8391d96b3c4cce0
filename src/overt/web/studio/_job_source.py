"""The source of a project as a job is asked about it: its password goes through a pipe and is in none of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from overt.audits import Reading, ServerOptions, SourceOptions, read_reading, write_reading
from overt.audits.source import with_password
from overt.private import write_private
from overt.web.studio._engine_source import LOADED
from overt.web.studio._project import Project
from overt.web.studio._source import source_options


def asked_source(project: Project) -> dict[str, Any]:
    """What the file of a job says of the source; refuses a project without one."""
    options = source_options(project)
    return {
        "location": options.location,
        "loaded": str(project.work / LOADED),
        "memory": options.memory,
        "mapping": project.mapping,
        "reading": write_reading(options.reading),
    }


def source_of_job(folder: Path, asked: dict[str, Any]) -> SourceOptions:
    """The source that a job in `folder` was asked about; its files have the names that the results give them."""
    reading = kept_text(folder / "reading.toml", asked["reading"])
    return SourceOptions(
        with_password(asked["location"], asked.get("password", "")),
        kept_text(folder / "mapping.sql", asked["mapping"]),
        read_reading(reading) if reading else Reading(),
        asked["memory"],
        server=ServerOptions(copy="://" in asked["location"]),
    )


def kept_text(path: Path, text: str) -> Path | None:
    """The file with a text, under the name that the results give it; none without one."""
    if not text:
        return None
    if not path.is_file():
        write_private(path, text.encode())
    return path
