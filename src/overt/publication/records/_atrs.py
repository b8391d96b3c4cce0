"""A record for the UK's Algorithmic Transparency Recording Standard.

A register is a tool that supports decisions about people even where nothing in it computes: the record says so.
The sections are those of version 3.0 of the template; numbers below 2.1 are not given where its text is not certain.
"""

from __future__ import annotations

from overt.publication.records._parts import (
    Record,
    Section,
    Sources,
    asked,
    assessments,
    authorities,
    categories,
    day_of,
    figure,
    figures,
    recipients,
    retention,
    said,
    thresholds,
)

STANDARD = "Algorithmic Transparency Recording Standard, version 3.0"


def atrs(sources: Sources) -> Record:
    """The record, as far as charter and release can write it."""
    charter = sources.charter
    held = charter.categories_in_force(day_of(sources))
    purposes = [each.title for each in charter.purposes.values()]
    scope = f"A register of people. It may hold {len(held)} categories of data on {', '.join(charter.roles)}."
    return Record(
        "atrs",
        "Algorithmic transparency record",
        STANDARD,
        "It is a draft for the repository of records. Overt itself computes no score, rank or prediction of anybody.",
        sources,
        (
            Section(
                "1",
                "Summary",
                (
                    said("name", "Name", charter.register.name),
                    said("description", "Description", scope, *purposes),
                    asked("website", "Website", "the address at which the public record stands"),
                    said("contact_email", "Contact", charter.register.contact),
                ),
            ),
            Section(
                "2.1",
                "Owner and responsibility",
                (
                    said("organisation", "2.1.1 Organisation", charter.register.controller),
                    asked("team", "2.1.2 Team", "the team that keeps the register"),
                    asked("senior_responsible_owner", "2.1.3 Senior responsible owner", "the role, not a name"),
                    asked("external_supplier", "2.1.4 External supplier", "who supplied software or services, or none"),
                ),
            ),
            Section(
                "2.2",
                "Description and rationale",
                (
                    said("purposes", "Purposes", *purposes),
                    said("legal_basis", "Legal basis", charter.register.legal_basis),
                    figure(sources, "people_listed", "People listed", "people"),
                    asked("benefits", "Benefits", "what the register is good for, and what shows it"),
                    asked("previous_process", "Process before", "how it was done before there was a register"),
                    asked("alternatives", "Alternatives considered", "what else was weighed, and why not that"),
                ),
            ),
            Section(
                "2.3",
                "Decision-making process",
                (
                    asked("integration", "Part in decisions", "which decisions rest on an entry, and how far"),
                    figures(
                        sources, "gate", "Records that were admitted, held for a person, refused", "gate", "outcome"
                    ),
                    figures(sources, "reviews", "Reviews done, by outcome", "reviews", "outcome"),
                    figures(sources, "due", "Entries by when their review is due", "reviews-due", "due"),
                    asked("training", "Training", "what those who record, approve and decide have learned"),
                    figures(sources, "requests", "Requests by people, by kind", "requests", "kind"),
                    asked("appeal", "Appeal and review", "how somebody can contest what an entry led to"),
                ),
            ),
            Section(
                "2.4",
                "Tool specification and data",
                (
                    said("categories", "Categories of data", *categories(charter, day_of(sources))),
                    figures(sources, "sources", "Items recorded, by visibility", "sources", "visibility"),
                    said("authorities", "Covert authorities", *authorities(charter)),
                    said("sharing", "Sharing", *recipients(charter, day_of(sources))),
                    figures(sources, "disclosures", "Entries sent, by kind of body", "disclosures", "recipient"),
                    said("retention", "Retention", *retention(charter)),
                    asked("security", "Access and security", "who has access, and how it is secured"),
                    asked("models", "Models", "any model or score that uses the register, elsewhere too; or none"),
                ),
            ),
            Section(
                "2.5",
                "Risks, mitigations and impact assessments",
                (
                    said("assessments", "Impact assessments", *assessments(charter)),
                    figures(sources, "audit", "Controls of the audit, by verdict", "audit", "verdict"),
                    said("mitigations", "Limits that the charter sets", *thresholds(charter)),
                    asked("risks", "Risks", "the risks to people, their weight, and what is done against each"),
                ),
            ),
        ),
    )
