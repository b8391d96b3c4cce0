"""What a page answers: a page with its data, a form that was taken, or a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from overt.web._forms import FormFault, FormField


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
    """A file or text as it is, for a download; `name` proposes a name for it, `headers` stand for those of its kind."""

    content: bytes
    media_type: str
    name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
