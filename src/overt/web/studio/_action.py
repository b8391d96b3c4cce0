"""The pages of Studio: one `StudioAction` for each page and each form, answered by a plain function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from overt.refusals import Refusal
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormFault, FormField
from overt.web.studio._history import Texts
from overt.web.studio._kept import HistoryEntry
from overt.web.studio._project import Edit, Project

if TYPE_CHECKING:
    from overt.web.studio._engine import Engine
    from overt.web.studio._studio import Studio
    from overt.web.studio._uploads import Upload

__all__ = ["Edit", "NotTaken", "StudioAction", "StudioAnswer", "StudioAsk", "Texts"]


class NotTaken(Exception):
    """A form that was not taken: the page is shown again with these faults, and what was typed.

    Raised by a page that is only shown, it means that there is no such page.
    """

    def __init__(self, *faults: FormFault) -> None:
        self.faults = faults
        super().__init__()


@dataclass(frozen=True)
class StudioAsk:
    """One request, as a page gets it.

    `form` has the fields that were filled, with blanks taken off; a form whose fields are at fault never gets here.
    `faults` and `refusals` are there when a page is shown again because its form was not taken.
    """

    studio: Studio
    now: dt.datetime
    opened: Project | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    uploads: Sequence[Upload] = ()
    faults: tuple[FormFault, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    seen: int = 0

    @property
    def project(self) -> Project:
        """The project that the address names."""
        if self.opened is None:
            raise LookupError("this page belongs to no project")
        return self.opened

    @property
    def engine(self) -> Engine:
        """The engine of the project."""
        return self.studio.engine_of(self.project)

    @property
    def password(self) -> str:
        """The password of the project's database, which is kept in memory alone; empty if it has none."""
        return self.studio.passwords.get(self.project.ident, "")

    @property
    def home(self) -> str:
        """The address of the project's steps, with a slash at its end."""
        return f"/p/{self.project.ident}/"

    def change(self, words: str, keys: Sequence[str], edit: Edit) -> HistoryEntry | None:
        """Changes kept files as one entry of the history, unless another tab changed the same since."""
        return self.project.change(words, keys, edit, seen=self.seen)


StudioAnswer = Page | Sent | Plain
Fields = tuple[FormField, ...]


@dataclass(frozen=True)
class StudioAction:
    """One page or one form.

    `path` is a route of Starlette's; below `/p/{project}/` the project is there as `ask.project`. `fields` and `query`
    are all that may come in, each at most once; a function makes those that depend on the data. When a form is not
    taken, its page is shown again with status 422: the GET action of the same `path`, or of the path that `page` names.
    `uploads` says that files come with the form; the texts of such a form come before its files. `answer` runs in a
    thread and may block.
    """

    path: str
    answer: Callable[[StudioAsk], StudioAnswer]
    method: str = "GET"
    fields: Fields | Callable[[StudioAsk], Fields] = ()
    query: Fields = ()
    uploads: bool = False
    page: str = ""

    def fields_for(self, ask: StudioAsk) -> Fields:
        """The fields of this request's form."""
        return self.fields(ask) if callable(self.fields) else self.fields
