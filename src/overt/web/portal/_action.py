"""The actions of the portal: one `Action` for each page and each form, with its input and output.

An action is a plain function from an `Ask` to what is shown or where to go next. The same action answers a browser with
a page and a program with JSON; `roles.csv` says who may do it; the OpenAPI is made from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from overt.model import Column, Role
from overt.model import Kind as Holds

if TYPE_CHECKING:
    from overt.web.portal._config import PortalConfig
    from overt.web.portal._desk import Desk
    from overt.web.portal._forms import FormTokens
    from overt.web.portal._guests import Guest
    from overt.web.portal._journal import AccessLog
    from overt.web.portal._provider import Provider
    from overt.web.portal._session import Session

LONGEST_WORDS = 20_000
Choices = tuple[tuple[str, str], ...]


class Face(StrEnum):
    """Which of the three sections a page belongs to, or the sign-in pages."""

    PUBLIC = "public"
    DOOR = "door"
    STAFF = "staff"
    OVERSIGHT = "oversight"


class Input(StrEnum):
    """How a field of a form is asked for."""

    TEXT = "text"
    WORDS = "words"
    DATE = "date"
    CHOICE = "choice"
    YES_OR_NO = "yes-or-no"
    HIDDEN = "hidden"
    FILE = "file"


_INPUTS = {Holds.DATE: Input.DATE, Holds.BOOLEAN: Input.YES_OR_NO}


@dataclass(frozen=True)
class FormField:
    """One field of a form: its name, its question, and how it is asked; `choices` are values with their words.

    `noun` names the field in an error ("Enter the grounds"), where the label is a question. `path` is the column it
    fills, as reasons name it.
    """

    name: str
    label: str
    kind: Input = Input.TEXT
    hint: str = ""
    choices: Choices = ()
    optional: bool = False
    longest: int = 200
    noun: str = ""
    path: str = ""

    @classmethod
    def of(
        cls, column: Column, label: str, hint: str = "", *, kind: Input | None = None, choices: Choices | None = None,
        words: Mapping[str, str] | None = None, optional: bool = False, longest: int = 200, noun: str = "",
    ) -> Self:  # fmt: skip
        """The field that fills a column: it has the column's name, and is asked for as its values are.

        `words` are for some of its codes. `choices` replace the codes; there are none where the charter decides.
        """
        if kind is None and (column.codes or choices is not None):
            kind = Input.CHOICE
            spelt = {code: code.replace("_", " ").capitalize() for code in column.codes} | dict(words or {})
            choices = tuple(spelt.items()) if choices is None else choices
        kind = kind or (Input.WORDS if column.role is Role.WORDS else _INPUTS.get(column.kind, Input.TEXT))
        return cls(column.name, label, kind, hint, choices or (), optional, longest, noun, column.path)


@dataclass(frozen=True)
class FormFault:
    """Why a field was not accepted, with the law and what to do. It never repeats the value.

    `anchor` is the place on the page with the details, if that is not the field.
    """

    field: str
    says: str
    remedy: str = ""
    law: tuple[str, ...] = ()
    code: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Page:
    """A page: its template and its data. A program gets the same `data` as JSON.

    Without a `status` the response is 200, or 422 if `faults` say why a form was not accepted.
    """

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 0
    faults: Sequence[FormFault] = ()

    @classmethod
    def of_form(
        cls, heading: str, target: str, back: str, button: str, fields: Sequence[FormField], *,
        faults: Sequence[FormFault] = (), **more: Any,
    ) -> Self:  # fmt: skip
        """The page of one form; `more` is what else its template shows, such as `lead` and `given`."""
        data = {"heading": heading, "target": target, "back": back, "button": button, "fields": tuple(fields), **more}
        return cls("shared/form.html", data, faults=faults)


@dataclass(frozen=True)
class Sent:
    """Done: a browser is redirected to `location`; a program gets `data` and the location, with 201."""

    location: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plain:
    """A file or text as it is, for a download; `name` proposes a name for it."""

    content: bytes
    media_type: str
    name: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A person is signed in from now on, under a new session; `leave` is where the provider ends its own."""

    who: StaffMember
    location: str
    leave: str = ""


@dataclass(frozen=True)
class SignedOut:
    """The session has ended; `leave` is where the provider ends its own session and sends people back."""

    location: str
    leave: str = ""


@dataclass(frozen=True)
class Away:
    """On to a page of the provider's, which `heading` names.

    It is a page of ours that a browser leaves at once, and not a redirect: what a form leads to is held to this site by
    the rule `form-action`, and a provider may send people on to hosts that are not known in advance.
    """

    location: str
    heading: str


Answer = Page | Sent | Plain | SignedIn | SignedOut | Away


@dataclass(frozen=True)
class StaffMember:
    """The person who is signed in: a staff reference and roles, never a name."""

    staff: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Ask:
    """One request, as an action gets it. `form` has every field of the action that was filled, with blanks taken off.

    `faults` are those of the form as such: a field missing, a day that is no day. An action that changes something
    looks at them first. `who` is there in every action that `roles.csv` closes to `anyone`.
    """

    desk: Desk
    config: PortalConfig
    journal: AccessLog
    now: dt.datetime
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    faults: tuple[FormFault, ...] = ()
    person: StaffMember | None = None
    session: Session | None = None
    guest: Guest | None = None
    provider: Provider | None = None
    tokens: FormTokens | None = None
    request: Any = field(default=None, repr=False)

    @property
    def who(self) -> StaffMember:
        """Who is signed in."""
        if self.person is None:
            raise LookupError("an action that needs a person was offered to anyone")
        return self.person

    @property
    def today(self) -> dt.date:
        """The day of `now`, in UTC."""
        return self.now.date()


@dataclass(frozen=True)
class Action:
    """One action: its name in `roles.csv`, how it is requested over HTTP, and the function that answers.

    `path` is a route of Starlette's (`/staff/due/{entry_id}`). `nav` puts the page into its face's navigation under
    these words. `fields` is all that the form may hold: what else comes in is refused. So it is for `query`, unless
    `more` says that the address may hold what is not looked at. `cached` pages are the same for everyone and made
    again at most every few seconds. `with_token` says that its page gave a token that comes back with the form.
    `answer` runs in a thread, unless it is a coroutine.
    """

    name: str
    face: Face
    path: str
    summary: str
    answer: Callable[[Ask], Answer | Awaitable[Answer]]
    method: str = "GET"
    nav: str = ""
    fields: tuple[FormField, ...] = ()
    query: tuple[FormField, ...] = ()
    cached: bool = False
    more: bool = False
    most_bytes: int = 100_000
    with_token: bool = False
