"""A charter as the TOML file that says it, as JSON, and as rows of the model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from overt.charter._charter import Charter, CharterText
from overt.encoding import toml_key, toml_text
from overt.model import AGREEMENT, ASSESSMENT, CATEGORY, COMPLAINT_WAY, POPULATION, PROMISE


def write_charter(charter: CharterText) -> bytes:
    """A TOML file that says what the charter says: `read_charter` gives an equal charter again.

    The bytes, and so the digest, are those of the file the charter was read from only if that was written
    by this function. What is left to its default is not written.
    """
    lines = [f"{name} = {_toml(value)}" for name, value in _values(charter)]
    for name, table in _tables(charter):
        if isinstance(table, Mapping):
            for key, entry in table.items():
                lines += [
                    "",
                    f"[{name}.{toml_key(key)}]",
                    *(f"{field} = {_toml(value)}" for field, value in _values(entry)),
                ]
        else:
            lines += ["", f"[{name}]", *(f"{field} = {_toml(value)}" for field, value in _values(table))]
    return "\n".join([*lines, ""]).encode()


def as_json(charter: CharterText) -> dict[str, Any]:
    """What the charter says as values of JSON: dates are texts. Read from a file, it has its digest too."""
    plain: dict[str, Any] = _plain(charter)
    return plain


def as_rows(charter: Charter) -> dict[str, list[dict[str, Any]]]:
    """The charter as rows of the model's tables: category, assessment, agreement, population, promise, complaint_way.

    So a register kept under the charter can be asked what an audit asks.
    """
    promised, ways = promise_rows(charter), way_rows(charter)
    return {
        "category": [
            {
                CATEGORY.category: name,
                CATEGORY.title: category.title,
                CATEGORY.adopted_on: category.adopted_on,
                CATEGORY.retired_on: category.retired_on,
                CATEGORY.sensitive: category.sensitive,
                CATEGORY.assessment_id: category.assessment,
                CATEGORY.reason: category.reason,
            }
            for name, category in charter.categories.items()
        ],
        "assessment": [
            {
                ASSESSMENT.assessment_id: name,
                ASSESSMENT.kind: assessment.kind,
                ASSESSMENT.signed_on: assessment.signed_on,
                ASSESSMENT.review_due_on: assessment.review_due_on,
                ASSESSMENT.officer_consulted_on: assessment.officer_consulted_on,
                ASSESSMENT.residual_risk: assessment.residual_risk,
                ASSESSMENT.commissioner_consulted_on: assessment.commissioner_consulted_on,
                ASSESSMENT.reviewed_on: assessment.reviewed_on,
            }
            for name, assessment in charter.assessments.items()
        ],
        "agreement": [
            {
                AGREEMENT.agreement_id: recipient.agreement,
                AGREEMENT.recipient: name,
                AGREEMENT.starts_on: recipient.starts_on,
                AGREEMENT.ends_on: recipient.ends_on,
                AGREEMENT.purposes: " ".join(recipient.purposes),
                AGREEMENT.guidance_ref: recipient.guidance,
            }
            for name, recipient in charter.recipients.items()
        ],
        "population": [
            {
                POPULATION.population_id: name,
                POPULATION.area: population.area,
                POPULATION.year: population.year,
                POPULATION.attribute: population.attribute,
                POPULATION.grp: group,
                POPULATION.count: count,
            }
            for name, population in charter.populations.items()
            for group, count in population.groups.items()
        ],
        **({"promise": promised} if promised else {}),
        **({"complaint_way": ways} if ways else {}),
    }


def promise_rows(charter: Charter) -> list[dict[str, Any]]:
    """What the charter promises to those who are listed, from the day it takes effect; nothing where it does not."""
    promise = charter.notification
    if promise is None:
        return []
    return [
        {
            PROMISE.promise_id: f"notice-{charter.version}",
            PROMISE.kind: f"notice_{promise.when}_entry",
            PROMISE.days: promise.days,
            PROMISE.child_told: promise.child,
            PROMISE.starts_on: charter.effective_on,
            PROMISE.ends_on: None,
        }
    ]


def way_rows(charter: Charter) -> list[dict[str, Any]]:
    """The ways to complain that the charter names, from the day it takes effect."""
    ways = charter.complaint_ways
    return [
        {
            COMPLAINT_WAY.way_id: f"{kind}-{charter.version}",
            COMPLAINT_WAY.kind: kind,
            COMPLAINT_WAY.starts_on: charter.effective_on,
            COMPLAINT_WAY.ends_on: None,
        }
        for kind in ("electronic", "other")
        if ways is not None and getattr(ways, kind) is not None
    ]


def _values(table: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a table that stand in it as values; those at their default of None or false are left out."""
    for field in fields(table):
        value = getattr(table, field.name)
        if field.name == "digest" and isinstance(table, Charter):
            continue
        if value is not None and not (value is False and field.default is False) and not _is_table(table, value):
            yield field.name, value


def _tables(charter: CharterText) -> Iterator[tuple[str, Any]]:
    for field in fields(charter):
        value = getattr(charter, field.name)
        if _is_table(charter, value):
            yield field.name, value


def _is_table(owner: Any, value: Any) -> bool:
    """Whether it has a header of its own; below the second level a table stands in braces."""
    return isinstance(owner, CharterText) and (is_dataclass(value) or isinstance(value, Mapping))


def _toml(value: Any) -> str:
    if is_dataclass(value):
        value = dict(_values(value))
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{toml_key(name)} = {_toml(part)}' for name, part in value.items())} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return toml_text(value)
    # Numbers and days are written in TOML as in Python.
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, dt.date) else value
