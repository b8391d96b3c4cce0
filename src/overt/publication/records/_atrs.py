"""A record for the UK's Algorithmic Transparency Recording Standard.

A register is a tool that supports decisions about people even where nothing in it computes: the record says so.
`atrs-3.0.toml` beside this file lists every field of the standard, with its source. Each of them is in the record: with
what the charter or a release says where one of them says it, and else for the controller to write, with what the
register shows beneath it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from overt.encoding import read_toml
from overt.publication.records._parts import (
    STANDARD,
    Record,
    RecordField,
    Section,
    Sources,
    assessments,
    authorities,
    blank,
    categories,
    day_of,
    figure,
    figures,
    recipients,
    retention,
    sensitive_ever,
    stated,
    stated_ever,
    thresholds,
)

_FIELDS = "atrs-3.0.toml"


@dataclass(frozen=True)
class StandardField:
    """One field of the standard; `listed_as` are the columns of a published index of records that have it."""

    name: str
    title: str
    wanted: str
    number: str = ""
    listed_as: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True)
class Standard:
    """The standard: its version, and its sections as number, title and fields."""

    name: str
    version: str
    sources: tuple[str, ...]
    sections: tuple[tuple[str, str, tuple[StandardField, ...]], ...]

    def fields(self) -> list[StandardField]:
        """Every field, in order."""
        return [field for _, _, fields in self.sections for field in fields]


@cache
def standard() -> Standard:
    """What `atrs-3.0.toml` lists."""
    content = read_toml((files("overt.publication.records") / _FIELDS).read_text(encoding="utf-8"))
    sections = [
        (
            section["number"],
            section["title"],
            tuple(
                StandardField(**{**part, "listed_as": tuple(part.get("listed_as", ()))}) for part in section["fields"]
            ),
        )
        for section in content["sections"]
    ]
    return Standard(content["standard"], content["version"], tuple(content["sources"]), tuple(sections))


def atrs(sources: Sources) -> Record:
    """Every field of the standard, as far as charter and release can write it."""
    rules, answers, shown = standard(), _answers(sources), _shown(sources)

    def fields_of(standard_field: StandardField) -> tuple[RecordField, ...]:
        answer = answers.get(standard_field.name) or blank(standard_field.name, "", standard_field.wanted)
        return (replace(answer, title=standard_field.heading), *shown.get(standard_field.name, ()))

    return Record(
        "atrs",
        "Algorithmic transparency record",
        f"{rules.name}, version {rules.version}",
        "A draft for the repository of records. Overt itself computes no score, rank or prediction about anyone.",
        sources,
        tuple(
            Section(number, title, tuple(field for required in fields for field in fields_of(required)))
            for number, title, fields in rules.sections
        ),
    )


def _answers(sources: Sources) -> dict[str, RecordField]:
    """The fields that the charter, a release or the standard answers; their titles are those of the standard."""
    charter, version = sources.charter, standard().version
    answers = (
        stated("record_title", "", f"{charter.register.controller}: {charter.register.name}"),
        RecordField("atrs_version", "", (f"v{version}",), STANDARD, rests_on=f"the standard, version {version}"),
        stated("name", "", charter.register.name),
        stated("contact_email", "", charter.register.contact),
        stated("organisation", "", charter.register.controller),
        stated("data_name", "", charter.register.name),
        stated("data_description", "", *categories(charter, day_of(sources))),
        figure(sources, "data_quantities", "", "people"),
        stated_ever("sensitive_attributes", "", sources, *sensitive_ever(sources)),
        stated("data_sharing_agreements", "", *recipients(charter, day_of(sources))),
    )
    return {answer.name: answer for answer in answers}


def _shown(sources: Sources) -> dict[str, tuple[RecordField, ...]]:
    """What the register shows beneath a field that the controller must write: a help, and not the answer."""
    charter = sources.charter
    held = len(charter.categories_in_force(day_of(sources)))
    may = f"A register of people. It may hold {held} categories of data on {', '.join(charter.roles)}."
    return {
        "description": (stated("what_it_is", "How the charter describes it", may),),
        "scope": (
            stated("purposes", "Purposes that the charter allows", *(one.title for one in charter.purposes.values())),
            stated("legal_basis", "Legal basis that the charter names", charter.register.legal_basis),
        ),
        "frequency_and_scale": (
            figures(sources, "people_by_role", "People listed, by role", "people", "role"),
            figures(sources, "disclosures", "Entries shared, by type of organisation", "disclosures", "recipient"),
        ),
        "human_decisions": (
            figures(sources, "gate", "Records admitted, held for a decision and refused", "gate", "outcome"),
            figures(sources, "reviews", "Reviews completed, by outcome", "reviews", "outcome"),
            figures(sources, "due", "Entries by when their review is due", "reviews-due", "due"),
        ),
        "appeal": (figures(sources, "requests", "Requests by people, by type", "requests", "kind"),),
        "data_completeness": (
            figures(sources, "people_by_ethnicity", "People listed, by ethnicity", "people", "ethnicity"),
            figures(sources, "people_by_age", "People listed, by age", "people", "age"),
        ),
        "data_collection": (
            figures(sources, "sources", "Items recorded, by visibility", "sources", "visibility"),
            stated("authorities", "Covert authorisations that the charter allows", *authorities(charter)),
        ),
        "data_access_and_storage": (stated("retention", "Time limits that the charter sets", *retention(charter)),),
        "impact_assessments": (stated("assessments", "Assessments that the charter names", *assessments(charter)),),
        "risks": (
            figures(sources, "audit", "Controls of the audit, by verdict", "audit", "verdict"),
            stated("mitigations", "Limits that the charter sets", *thresholds(charter)),
        ),
    }
