"""Source: choosing files, a place or a database; the tables found in them; and reading them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from overt.audits.source import shown_url, split_password
from overt.refusals import Refusal
from overt.rows import KINDS, kind_of
from overt.synthetic import generate
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._kept import SETTINGS, KeptSource
from overt.web.studio._project import SOURCE_FOLDER
from overt.web.studio._source import loaded_tables, location_of
from overt.web.studio._steps import Progress, Step, StepState

_PLACE = FormField(
    "place",
    "A file or folder on this computer",
    hint="Nothing is copied",
    longest=1_000,
    noun="where the file is",
)
_URL = FormField(
    "url",
    "A database",
    hint="Such as postgresql://auditor@host/database. This is the one connection that Studio makes",
    longest=1_000,
    noun="the address of the database",
)
_PASSWORD = FormField("password", "Password", Input.HIDDEN, hint="Kept in memory only", optional=True)
_PASSWORD_AGAIN = replace(_PASSWORD, hint="Kept in memory only. Leave it empty to use the one that was entered before")
_NAME = FormField("name", "File", longest=200)
_SCHEMES = ("postgresql", "postgres", "mysql", "mssql", "oracle")
_INVENTED, _EXAMPLE_ROWS = "invented-register", 2_000


def _show(ask: StudioAsk) -> Page:
    settings = ask.project.settings
    data: dict[str, Any] = {
        "sources": settings.source,
        "fields": (_PLACE, _URL, _PASSWORD),
        "place": _PLACE,
        "database": (_URL, _PASSWORD),
        "running": None,
        "tables": (),
        "refused": (),
        "load_refusals": (),
        "loaded": None,
        "password": None,
        "kinds": ", ".join(sorted(KINDS)),
    }
    task = ask.engine.task if settings.source else None
    if task is not None and task.name == "load":
        if task.running:
            return Page("studio/source.html", data | {"running": task})
        data["load_refusals"] = task.refusals
    if settings.source:
        data["loaded"] = loaded_tables(ask.project)
        if is_server(ask):
            data["password"] = _PASSWORD_AGAIN
        else:
            seen = look(ask)
            data["tables"] = seen["tables"]
            data["refused"] = [
                {"file": refused["file"], "refusal": Refusal.of(refused["refusal"])} for refused in seen["refused"]
            ]
    return Page("studio/source.html", data)


def look(ask: StudioAsk) -> dict[str, Any]:
    """The tables of the project's source as they lie."""
    return ask.engine.ask("look", **asked(ask))


def asked(ask: StudioAsk) -> dict[str, str]:
    """Where the source is, for the engine."""
    settings = str(ask.project.folder / SETTINGS)
    return {"location": location_of(ask.project, ask.password), "settings": settings}


def is_server(ask: StudioAsk) -> bool:
    """Whether the source is a database on a server."""
    return any("://" in source.path for source in ask.project.settings.source)


def with_reading(ask: StudioAsk, changed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The readings of the project with those of some files and sheets replaced; what says nothing is left out."""
    reading = {**ask.project.settings.reading, **changed}
    return {name: stated for name, stated in reading.items() if stated != {}}


# --- choosing ---------------------------------------------------------------------------------------------------------


def _take_files(ask: StudioAsk) -> Sent:
    sources = list(ask.project.settings.source)
    if any(not source.copied for source in sources):
        raise NotTaken(FormFault("files", "Remove the source that is there first"))
    if not ask.uploads:
        raise NotTaken(FormFault("files", "Choose a file, or enter where it is"))
    faults = []
    for upload in ask.uploads:
        try:
            if kind_of(Path(upload.name)) is None and not upload.name.lower().endswith(".json"):
                raise Refusal("source-kind-unknown", upload.name, "Overt does not read files of this kind")
            upload.keep(ask.project.source_folder)
        except Refusal as refusal:
            faults.append(FormFault("files", f"“{upload.name}”: {refusal.found}", refusal.remedy))
            continue
        copied = f"{SOURCE_FOLDER}/{upload.name}"
        sources.append(KeptSource(name=upload.name, copy=copied, bytes=upload.size, sha256=upload.sha256))
    added = len(sources) - len(ask.project.settings.source)
    if added:
        words = f"Added {sources[-1].name}" if added == 1 else f"Added {added} files"
        _set_sources(ask, words, sources)
    if faults:
        raise NotTaken(*faults)
    return _back(ask)


def _take_place(ask: StudioAsk) -> Sent:
    _check_none(ask, "place")
    path = (ask.studio.here / Path(ask.form["place"]).expanduser()).absolute()
    if not path.exists():
        raise NotTaken(FormFault("place", "There is no such file or folder"))
    if path.is_file() and kind_of(path) is None:
        raise NotTaken(FormFault("place", "Overt does not read files of this kind"))
    _set_sources(ask, f"Chose {path.name}", [KeptSource(name=path.name, path=str(path))])
    return _back(ask)


def _take_database(ask: StudioAsk) -> Sent:
    _check_none(ask, "url")
    url = ask.form["url"]
    parts = urlsplit(url)
    if parts.scheme.lower() not in _SCHEMES or not parts.hostname:
        wanted = ", ".join(f"{scheme}://" for scheme in _SCHEMES)
        raise NotTaken(FormFault("url", f"Enter an address that begins with one of {wanted}"))
    if split_password(url)[0] != url:
        raise NotTaken(FormFault("url", "Enter the password in its own field, where it is kept in memory only"))
    _remember_password(ask)
    _set_sources(ask, f"Chose {shown_url(url)}", [KeptSource(name=shown_url(url), path=url)])
    return _back(ask)


def _remember_password(ask: StudioAsk) -> None:
    """Keeps a password that was entered, as long as this Studio runs and nowhere but in its memory."""
    if "password" in ask.form:
        ask.studio.passwords[ask.project.ident] = ask.form["password"]


def _take_example(ask: StudioAsk) -> Sent:
    _check_none(ask, "files")
    folder = ask.project.source_folder / _INVENTED
    if not folder.exists():
        generate("gangs-matrix", folder, rows=_EXAMPLE_ROWS, seed=1, form="csv")
    _set_sources(ask, "Chose an invented register", [KeptSource(name=_INVENTED, copy=f"{SOURCE_FOLDER}/{_INVENTED}")])
    return _back(ask)


def _remove(ask: StudioAsk) -> Sent:
    sources = ask.project.settings.source
    removed = next((source for source in sources if source.name == ask.form["name"]), None)
    if removed is not None:
        left = [source for source in sources if source is not removed]
        # Of a place or a folder, all readings are of what is in it.
        reading = {
            name: stated
            for name, stated in ask.project.settings.reading.items()
            if left and not (name == removed.name or name.startswith(f"{removed.name}#"))
        }
        _set_sources(ask, f"Removed {removed.name}", left, reading=reading)
        ask.studio.passwords.pop(ask.project.ident, None)
        if removed.copied:
            _delete(ask.project.folder / removed.copied)
    return _back(ask)


def _check_none(ask: StudioAsk, field: str) -> None:
    if ask.project.settings.source:
        raise NotTaken(FormFault(field, "Remove the source that is there first"))


def _set_sources(ask: StudioAsk, words: str, sources: list[KeptSource], **also: Any) -> None:
    ask.engine.stop()
    kept = [source.model_dump() for source in sources]
    ask.project.set(words, ["source"], seen=ask.seen, source=kept, **also)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _back(ask: StudioAsk) -> Sent:
    return Sent(f"{ask.home}source")


# --- reading ----------------------------------------------------------------------------------------------------------


def _ticks(ask: StudioAsk) -> tuple[FormField, ...]:
    if is_server(ask):
        return (_PASSWORD_AGAIN,)
    tables = look(ask)["tables"]
    return tuple(
        FormField(f"use-{place}", f"Use {table['origin']}", Input.TICK, optional=True)
        for place, table in enumerate(tables, start=1)
    )


def _load(ask: StudioAsk) -> Sent:
    if is_server(ask):
        _remember_password(ask)
    else:
        _keep_readings(ask, look(ask))
    ask.engine.begin("load", **asked(ask))
    return _back(ask)


def _keep_readings(ask: StudioAsk, seen: dict[str, Any]) -> None:
    """States what was proposed and is now agreed to: which tables are used, and where their headings are."""
    changed: dict[str, dict[str, Any]] = {}
    used = 0
    for place, table in enumerate(seen["tables"], start=1):
        stated = stated_of(ask, table["origin"])
        use = ask.form.get(f"use-{place}") == "yes"
        used += use
        wanted = {name: value for name, value in stated.items() if name != "use"} | ({} if use else {"use": False})
        if use and not table["named"]:
            wanted |= _agreed(table, wanted)
        if wanted != stated:
            changed[table["origin"]] = wanted
    if not used:
        raise NotTaken(FormFault("use-1", "Choose at least one table to use"))
    # A file that cannot be read is left out, and stands in the list with its reason.
    changed |= {refused["file"]: {"use": False} for refused in seen["refused"]}
    if changed:
        words = "Chose which tables are read and where their headings are"
        keys = [f"reading.{origin}" for origin in changed]
        ask.project.set(words, keys, seen=ask.seen, reading=with_reading(ask, changed))


def _agreed(table: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """What is proposed of a table and is not what would be taken anyway."""
    agreed: dict[str, Any] = {}
    if not table["stated"] and table["header"] not in (None, 1):
        agreed["header_row"] = table["header"]
    if table["encoding"] not in (None, "utf-8") and "encoding" not in stated:
        agreed["encoding"] = table["encoding"]
    return agreed


def stated_of(ask: StudioAsk, origin: str) -> dict[str, Any]:
    """What the project states of a file or sheet."""
    stated = ask.project.settings.reading.get(origin, {})
    return dict(stated) if isinstance(stated, Mapping) else {}


def _stop(ask: StudioAsk) -> Sent:
    ask.engine.stop()
    return _back(ask)


def _state(ask: StudioAsk) -> StepState:
    sources = ask.project.settings.source
    if not sources:
        return StepState(Progress.NOT_STARTED, "Choose files, or try it with an invented register")
    task = ask.engine.task
    if task is not None and task.name == "load" and task.running:
        return StepState(Progress.RUNNING)
    loaded = loaded_tables(ask.project)
    if loaded is None:
        return StepState(Progress.NEEDS_DECISION, "Choose which tables are read")
    count = len(loaded["tables"])
    return StepState(Progress.DONE, f"{loaded['name']}: {count} {'table' if count == 1 else 'tables'}")


STEP = Step("Source", "source", _state)
_PATH = "/p/{project}/source"
ACTIONS = (
    StudioAction(_PATH, _show),
    StudioAction(f"{_PATH}/files", _take_files, "POST", uploads=True, page=_PATH),
    StudioAction(f"{_PATH}/place", _take_place, "POST", (_PLACE,), page=_PATH),
    StudioAction(f"{_PATH}/database", _take_database, "POST", (_URL, _PASSWORD), page=_PATH),
    StudioAction(f"{_PATH}/example", _take_example, "POST", page=_PATH),
    StudioAction(f"{_PATH}/remove", _remove, "POST", (_NAME,), page=_PATH),
    StudioAction(f"{_PATH}/load", _load, "POST", _ticks, page=_PATH),
    StudioAction(f"{_PATH}/stop", _stop, "POST", page=_PATH),
)
