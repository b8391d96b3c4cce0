"""The source of a project, as every function of an audit takes it, and whether it is loaded."""

from __future__ import annotations

import json
from typing import Any

from overt.audits import ServerOptions, SourceOptions
from overt.audits.source import read_reading, with_password
from overt.refusals import Refusal
from overt.web.studio._engine_source import LOADED_FILE
from overt.web.studio._kept import MAPPING, SETTINGS
from overt.web.studio._project import SOURCE_FOLDER, Project

MEMORY = "400MiB"


def source_options(project: Project, *, memory: str = MEMORY, threads: int | None = None) -> SourceOptions:
    """Where the source of a project is and how it is read, without a password; its mapping, if there is one.

    Several sources are the files in the project's own folder. Tables of a server are copied. Refuses a project without
    a source.
    """
    mapping = project.folder / MAPPING
    location = location_of(project)
    return SourceOptions(
        location,
        mapping if project.mapping else None,
        read_reading(project.folder / SETTINGS),
        memory,
        threads,
        ServerOptions(copy=True) if "://" in location else ServerOptions(),
    )


def location_of(project: Project, password: str = "") -> str:
    """The file, folder or address of the source. Refuses a project without one."""
    sources = project.settings.source
    if not sources:
        raise Refusal("studio-no-source", "the project", "it has no source yet", "", "choose a source first")
    if all(source.copied for source in sources):
        only = project.folder / sources[0].copied
        return str(only if len(sources) == 1 else project.folder / SOURCE_FOLDER)
    if len(sources) > 1:
        problem = "some of its files lie elsewhere"
        remedy = "upload all of them, or give the folder that holds them"
        raise Refusal("studio-sources-apart", "the project", problem, "files in one folder", remedy)
    return with_password(sources[0].path, password)


def loaded_tables(project: Project) -> dict[str, Any] | None:
    """What was loaded of the source as it is now and is to be read; none where that is not loaded."""
    try:
        loaded: dict[str, Any] = json.loads((project.work / LOADED_FILE).read_text(encoding="utf-8"))
        return loaded if loaded["key"] == source_options(project).source_key() else None
    except (OSError, ValueError, KeyError, Refusal):
        return None
