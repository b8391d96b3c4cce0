"""What the pages of one Studio share: the projects that are open, their engines, and how it is stopped."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from overt.web._work import stop_all
from overt.web.studio._action import StudioAction
from overt.web.studio._engine import Engine, EngineSettings
from overt.web.studio._keys import StudioKeys
from overt.web.studio._project import Project, ident_of
from overt.web.studio._remembered import Remembered
from overt.web.studio._steps import Step


class Studio:
    """One Studio, at one port. `engine` says what an engine may take; `here` is the folder it was started in."""

    def __init__(
        self,
        port: int,
        here: Path,
        actions: Sequence[StudioAction],
        steps: Sequence[Step],
        *,
        engine: EngineSettings | None = None,
        remembered: Remembered | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.port = port
        self.here = here
        self.actions = tuple(actions)
        self.steps = tuple(steps)
        self.now = now
        self.keys = StudioKeys(port)
        self.remembered = remembered or Remembered(None)
        self.stop: Callable[[], None] = lambda: None
        self._engine = engine or EngineSettings(here)
        self._turn = threading.RLock()
        self._projects: dict[str, Project] = {}
        self._engines: dict[str, Engine] = {}
        # Of databases, by the project; they are written nowhere.
        self.passwords: dict[str, str] = {}

    @property
    def address(self) -> str:
        """The address of its pages."""
        return f"http://127.0.0.1:{self.port}"

    def new_link(self) -> str:
        """A link that opens Studio once."""
        return f"{self.address}/open/{self.keys.new_link()}"

    @property
    def projects(self) -> Mapping[str, Project]:
        """The open projects, by what addresses call them."""
        return dict(self._projects)

    def create(self, folder: Path, title: str) -> Project:
        """Makes a project and opens it."""
        with self._turn:
            return self._opened(Project.create(folder, title, self.port, self.now))

    def open(self, folder: Path) -> Project:
        """Opens a project; one that is open here already is the same."""
        with self._turn:
            known = self._projects.get(ident_of(folder))
            return known or self._opened(Project.open(folder, self.port, self.now))

    def engine_of(self, project: Project) -> Engine:
        """The engine of a project. Only one project has an engine at a time."""
        with self._turn:
            for ident in [ident for ident in self._engines if ident != project.ident]:
                self._engines.pop(ident).close()
            if project.ident not in self._engines:
                self._engines[project.ident] = Engine(replace(self._engine, folder=project.work))
            return self._engines[project.ident]

    def take_notice(self, project: Project) -> str:
        """What the next page has to say of the project's engine, once."""
        engine = self._engines.get(project.ident)
        return engine.take_notice() if engine else ""

    def close(self) -> None:
        """Ends the engines and the jobs, which can go on another time, and lets others open the projects."""
        with self._turn:
            for project in self._projects.values():
                stop_all(project.work)
            for engine in self._engines.values():
                engine.close()
            for project in self._projects.values():
                project.close()
            self._engines, self._projects = {}, {}

    def _opened(self, project: Project) -> Project:
        self._projects[project.ident] = project
        return project
