"""The categories of data of a register, each with its history, as a record and as JSON-LD in the W3C's DPV.

The Data Privacy Vocabulary (2.3) is the work of a W3C community group. Where it has a term for a category, the category
is of that type too; for law enforcement in the United Kingdom it has none, so that sections of law stay words.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from overt.charter import Category, Charter, difference
from overt.pages import day as day_words
from overt.publication.records._parts import CHARTER, Record, RecordField, Section, Sources, day_of

DPV = "https://w3id.org/dpv#"
DPV_VERSION = "2.3"
_EVERY = "every version of the charter"
# Categories that registers have in common, by the names that charters give them.
TERMS = {
    "account_handle": "pd:Username",
    "account_tagged": "pd:Connection",
    "address": "pd:PhysicalAddress",
    "age": "pd:Age",
    "birth_date": "pd:BirthDate",
    "borough": "pd:Locality",
    "content_link": "pd:SocialMediaCommunication",
    "conviction": "pd:CriminalConviction",
    "ethnicity": "pd:EthnicOrigin",
    "gang_membership": "pd:GroupMembership",
    "group_named": "pd:GroupMembership",
    "health": "pd:Health",
    "health_concern": "pd:Health",
    "image": "pd:Picture",
    "linked_offence": "pd:CriminalOffence",
    "name": "pd:Name",
    "nationality": "pd:Nationality",
    "offence": "pd:CriminalOffence",
    "phone": "pd:TelephoneNumber",
    "place_shown": "pd:Location",
    "platform": "pd:SocialMedia",
    "religion": "pd:Religion",
    "safeguarding_concern": "pd:Vulnerability",
    "school": "pd:School",
    "tattoo": "pd:Tattoo",
    "vehicle": "pd:Vehicle",
    "vehicle_shown": "pd:Vehicle",
}


def catalogue(sources: Sources) -> Record:
    """Every category that any version of the charter had, and what became of it."""
    versions = sorted(sources.charters, key=lambda charter: charter.version)
    names = dict.fromkeys(name for charter in versions for name in charter.categories)
    fields = [_field(name, versions) for name in names]
    now = len(sources.charter.categories_in_force(day_of(sources)))
    opening = RecordField("in_force", f"Categories in force on {day_words(day_of(sources))}", (str(now),), CHARTER)
    lines = tuple(_growth(versions))
    growth = RecordField("history", "How the categories have changed", lines, CHARTER, rests_on=_EVERY)
    return Record(
        "catalogue",
        "Catalogue of the categories of data",
        "Data Protection Act 2018, ss.37 and 61; W3C Data Privacy Vocabulary 2.3",
        "Every category of data that can be recorded, or once could be: from when, until when, and why.",
        sources,
        (Section("", "In short", (opening, growth)), Section("", "Categories", tuple(fields))),
    )


def _growth(versions: list[Charter]) -> list[str]:
    first = versions[0]
    lines = [
        f"version {first.version}, in force from {day_words(first.effective_on)}: {len(first.categories)} categories"
    ]
    for old, new in pairwise(versions):
        changed = next((section for section in difference(old, new).sections if section.name == "categories"), None)
        growth = f"{changed.before} → {changed.after}" if changed else "no change"
        lines.append(f"version {new.version}, in force from {day_words(new.effective_on)}: {growth}")
    return lines


def _field(name: str, versions: list[Charter]) -> RecordField:
    last = next(charter.categories[name] for charter in reversed(versions) if name in charter.categories)
    lines = [
        f"{_period(last)}{'; sensitive, condition ' + str(last.condition) if last.sensitive else ''}",
        last.reason,
        f"assessment {last.assessment}; {'DPV ' + TERMS[name] if name in TERMS else 'no DPV term'}",
        *(f"version {version}: {events}" for version, events in history_of(name, versions)),
    ]
    return RecordField(name, last.title, tuple(" ".join(line.split()) for line in lines), CHARTER, rests_on=_EVERY)


def _period(category: Category) -> str:
    until = f"the day before {day_words(category.retired_on)}" if category.retired_on else "now"
    return f"{day_words(category.adopted_on)} to {until}"


def history_of(name: str, versions: list[Charter]) -> list[tuple[int, str]]:
    """What each version of the charter did to a category."""
    history = []
    first = next(charter for charter in versions if name in charter.categories)
    history.append((first.version, f"new, from {day_words(first.categories[name].adopted_on)}"))
    for old, new in pairwise(versions):
        for section in difference(old, new).sections:
            if section.name != "categories":
                continue
            if name in section.retired:
                history.append((new.version, f"retired on {day_words(new.categories[name].retired_on)}"))
            path = f"categories.{name}"
            for change in section.changed:
                if change.path == path or change.path.startswith(f"{path}."):
                    history.append((new.version, str(change).removeprefix(f"{path}.")))
    return history


# --- JSON-LD --------------------------------------------------------------------------------------------------------


def as_json_ld(sources: Sources) -> dict[str, Any]:
    """The catalogue as linked data."""
    charter = sources.charter
    versions = sorted(sources.charters, key=lambda charter: charter.version)
    names = list(dict.fromkeys(name for charter in versions for name in charter.categories))
    base = f"urn:overt:{charter.register.origin}"
    return {
        "@context": {
            "dpv": DPV,
            "pd": "https://w3id.org/dpv/pd#",
            "dct": "http://purl.org/dc/terms/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@graph": [
            {
                "@id": base,
                "@type": "dpv:Process",
                "dct:title": charter.register.name,
                "dpv:hasLegalBasis": {"@type": "dpv:LegalBasis", "dct:title": charter.register.legal_basis},
                "dpv:hasDataController": {"@type": "dpv:DataController", "dpv:hasName": charter.register.controller},
                "dpv:hasPurpose": [
                    {"@id": f"{base}:purpose:{name}", "@type": "dpv:Purpose", "dct:title": purpose.title}
                    for name, purpose in charter.purposes.items()
                ],
                "dpv:hasRecipient": [
                    {"@id": f"{base}:recipient:{name}", "@type": "dpv:Recipient", "dct:title": recipient.title}
                    for name, recipient in charter.recipients_in_force(day_of(sources)).items()
                ],
                "dpv:hasPersonalData": [{"@id": f"{base}:category:{name}"} for name in names],
            },
            *(_node(base, name, versions) for name in names),
        ],
    }


def _node(base: str, name: str, versions: list[Charter]) -> dict[str, Any]:
    last = next(charter.categories[name] for charter in reversed(versions) if name in charter.categories)
    types = ["dpv:PersonalData", *([TERMS[name]] if name in TERMS else [])]
    types += ["dpv:SensitivePersonalData"] if last.sensitive else []
    node: dict[str, Any] = {
        "@id": f"{base}:category:{name}",
        "@type": types,
        "dct:title": last.title,
        "dct:description": " ".join(last.reason.split()),
        "dct:valid": f"{last.adopted_on}/{last.retired_on or '..'}",
        "dpv:hasAssessment": {"@id": f"{base}:assessment:{last.assessment}"},
        "dct:provenance": [f"version {version}: {events}" for version, events in history_of(name, versions)],
    }
    return node
