"""Projects: those that are open, those that were opened before, and the forms that start or open one."""

from __future__ import annotations

from pathlib import Path

from overt.refusals import Refusal
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._project import Project

_TITLE = FormField("title", "Title", hint="As it will stand on the report", longest=100, noun="a title")
_FOLDER = FormField(
    "folder",
    "Folder",
    hint="A new or empty folder on this computer. Everything that Studio keeps is in it",
    longest=1_000,
    noun="a folder",
)
_REMEMBER = FormField("remember", "Remember this project in the settings of this computer", Input.TICK, optional=True)
_EXISTING = FormField("existing", "Folder of the project", longest=1_000, noun="the folder of a project")


def _show(ask: StudioAsk) -> Page:
    studio = ask.studio
    open_folders = {project.folder for project in studio.projects.values()}
    return Page(
        "studio/projects.html",
        {
            "open": tuple(studio.projects.values()),
            "remembered": [folder for folder in studio.remembered.folders() if folder not in open_folders],
            "new_fields": (_TITLE, _FOLDER, _REMEMBER),
            "existing_fields": (_EXISTING,),
            "fields": (_TITLE, _FOLDER, _REMEMBER, _EXISTING),
            "given": {"folder": str(_free_folder(studio.here))},
        },
    )


def _create(ask: StudioAsk) -> Sent:
    folder = _folder(ask, ask.form["folder"])
    try:
        project = ask.studio.create(folder, ask.form["title"])
    except Refusal as refusal:
        raise _at_field("folder", refusal) from None
    return _opened(ask, project)


def _open(ask: StudioAsk) -> Sent:
    try:
        project = ask.studio.open(_folder(ask, ask.form["existing"]))
    except Refusal as refusal:
        raise _at_field("existing", refusal) from None
    return _opened(ask, project)


def _forget(ask: StudioAsk) -> Sent:
    ask.studio.remembered.forget()
    return Sent("/")


def _opened(ask: StudioAsk, project: Project) -> Sent:
    if ask.form.get("remember") == "yes":
        ask.studio.remembered.add(project.folder)
    return Sent(f"/p/{project.ident}/")


def _folder(ask: StudioAsk, text: str) -> Path:
    """A folder as a person writes it: from where Studio was started, or from the home folder."""
    return ask.studio.here / Path(text).expanduser()


def _free_folder(here: Path) -> Path:
    """A folder that is not there yet."""
    names = ("overt-project", *(f"overt-project-{number}" for number in range(2, 1_000)))
    return next((here / name for name in names if not (here / name).exists()), here)


def _at_field(field: str, refusal: Refusal) -> NotTaken:
    return NotTaken(FormFault(field, refusal.found, refusal.remedy))


ACTIONS = (
    StudioAction("/", _show),
    StudioAction("/new", _create, "POST", (_TITLE, _FOLDER, _REMEMBER), page="/"),
    StudioAction("/existing", _open, "POST", (_EXISTING,), page="/"),
    StudioAction("/forget", _forget, "POST", page="/"),
)
