"""The source of a project, as every function of an audit takes it."""

from __future__ import annotations

from overt.audits import SourceOptions
from overt.audits.source import read_reading
from overt.refusals import Refusal
from overt.web.studio._kept import MAPPING, SETTINGS
from overt.web.studio._project import SOURCE_FOLDER, Project

MEMORY = "400MiB"


def source_options(project: Project, *, memory: str = MEMORY, threads: int | None = None) -> SourceOptions:
    """Where the source of a project is and how it is read; its mapping, if there is one.

    Several sources are the files in the project's own folder. Refuses a project without a source.
    """
    mapping = project.folder / MAPPING
    return SourceOptions(
        _location(project),
        mapping if project.mapping else None,
        read_reading(project.folder / SETTINGS),
        memory,
        threads,
    )


def _location(project: Project) -> str:
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
    return sources[0].path
