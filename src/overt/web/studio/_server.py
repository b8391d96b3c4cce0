"""Runs a Studio on this machine, for one person, until it is stopped."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import traceback
import webbrowser
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_config_path

from overt.audits.source import shown_url, split_password
from overt.refusals import Refusal
from overt.web.serving import Patience, listen, make_server, run_server
from overt.web.studio._app import studio_app
from overt.web.studio._engine import EngineSettings
from overt.web.studio._guard import LOOPBACK
from overt.web.studio._kept import SETTINGS, KeptSource
from overt.web.studio._project import Project
from overt.web.studio._remembered import Remembered
from overt.web.studio._studio import Studio
from overt.web.studio.pages import ACTIONS, STEPS

# An upload has a limit of its own for each silence; a form has one as a whole.
_PATIENCE = Patience(body_seconds=24 * 3600.0, most=64, most_of_one=64, reader_seconds=600.0)
_REMEMBERED = "studio.json"


def open_studio(
    port: int, *, source: str = "", folder: Path | None = None, engine: EngineSettings | None = None
) -> tuple[Studio, socket.socket]:
    """A Studio with the socket on which it will answer; any free port if `port` is 0.

    With a source or a folder, the project is opened or started. Refuses a port that is in use, and a project that
    another Studio has open.
    """
    listening = listen(LOOPBACK, port)
    try:
        here = Path.cwd()
        remembered = Remembered(user_config_path("overt", appauthor=False) / _REMEMBERED)
        studio = Studio(listening.getsockname()[1], here, ACTIONS, STEPS, engine=engine, remembered=remembered)
        if source or folder is not None:
            _begin(studio, source, folder)
    except BaseException:
        listening.close()
        raise
    return studio, listening


def run_studio(studio: Studio, listening: socket.socket, say: Callable[[str], None], *, browser: bool) -> None:
    """Serves until the page says stop, or Ctrl-C. `say` prints the link; Enter in a terminal prints a new one."""

    def ready() -> None:
        link = studio.new_link()
        say(f"Open this link in a browser on this computer:\n{link}\nIt works once. Press Enter for a new one.")
        if browser:
            threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
        if sys.stdin is not None and sys.stdin.isatty():
            threading.Thread(target=_print_links, args=(studio, say), daemon=True).start()

    logging.getLogger().addHandler(logging.NullHandler())
    server = make_server(studio_app(studio, _log(say)), _PATIENCE, log_config=None)
    studio.stop = lambda: setattr(server, "should_exit", True)
    try:
        run_server(server, listening, ready)
    finally:
        studio.close()


def _print_links(studio: Studio, say: Callable[[str], None]) -> None:
    for _ in sys.stdin:
        say(studio.new_link())


def _log(say: Callable[[str], None]) -> Callable[[BaseException], None]:
    """Says what went wrong and where, without its words: they may hold a value."""

    def log(error: BaseException) -> None:
        if isinstance(error, Refusal):
            say(str(error))
            return
        places = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)[-3:]))
        say(f"internal error: {type(error).__name__}\n{places}")

    return log


def _begin(studio: Studio, source: str, folder: Path | None) -> Project:
    """The project in a folder, or in the one beside the source; a new one gets the source."""
    source, password = split_password(source)
    place = None if "://" in source else Path(source).absolute() if source else None
    if place is not None and not place.exists():
        raise Refusal("source-absent", source, "there is no such file or folder", "a source", "check the name")
    name = place.name if place is not None else shown_url(source) if source else ""
    if folder is None:
        folder = (place.parent if place is not None else studio.here) / f"{Path(name).stem}-studio"
    there = (folder / SETTINGS).is_file()
    project = studio.open(folder) if there else studio.create(folder, _title(name, folder))
    if password:
        studio.passwords[project.ident] = password
    if source and not there:
        kept = KeptSource(name=name, path=os.fspath(place) if place is not None else source)
        project.set(f"Chose {name}", ["source"], seen=project.history.last, source=(kept.model_dump(),))
    return project


def _title(name: str, folder: Path) -> str:
    return Path(name).stem[:100] or folder.name[:100] or "Audit"
