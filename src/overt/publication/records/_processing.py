"""The record of processing that DPA 2018 s.61 asks of a controller."""

from __future__ import annotations

from overt.publication._site import words
from overt.publication.records._parts import (
    Record,
    Section,
    Sources,
    assessments,
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
)


def s61(sources: Sources) -> Record:
    """The record, as far as charter and release can write it."""
    charter, day = sources.charter, day_of(sources)
    return Record(
        "s61",
        "Record of processing activities",
        "Data Protection Act 2018, ss.61(2) and 42(4)",
        "Keep it with the other records of the controller; the Commissioner may ask for it.",
        sources,
        (
            Section(
                "",
                "Controller",
                (
                    stated("controller", "Controller", charter.register.controller),
                    stated("contact", "Contact", charter.register.contact),
                    stated("officer", "Data protection officer", charter.register.data_protection_officer),
                    blank("joint_controllers", "Joint controllers", "their names and contact details, or none"),
                    blank("processors", "Processors", "organisations that process data for the controller, or none"),
                ),
            ),
            Section(
                "",
                "Processing",
                (
                    stated("name", "Register", charter.register.name),
                    stated("purposes", "Purposes", *(purpose.title for purpose in charter.purposes.values())),
                    stated("legal_basis", "Legal basis", charter.register.legal_basis),
                    stated_ever(
                        "conditions",
                        "Conditions for sensitive processing",
                        sources,
                        *(sensitive_ever(sources) or ["No version of the charter has had a sensitive category."]),
                    ),
                    blank(
                        "lawfulness",
                        "How sensitive processing is lawful",
                        "how it satisfies s.35 besides the condition, or that nothing sensitive is held (s.42(4)(b))",
                    ),
                    blank(
                        "policy_kept",
                        "Whether the policy is followed",
                        "whether sensitive data is kept and erased as the policy says, and if not, why (s.42(4)(c))",
                    ),
                    blank("profiling", "Profiling", "whether anyone is profiled with the register, and how; or none"),
                ),
            ),
            Section(
                "",
                "People and data",
                (
                    stated("subjects", "Categories of people", *(words(role) for role in charter.roles)),
                    figure(sources, "people_listed", "People listed", "people"),
                    figures(sources, "people_by_role", "People listed, by role", "people", "role"),
                    stated("data", "Categories of data", *categories(charter, day)),
                ),
            ),
            Section(
                "",
                "Recipients and transfers",
                (
                    stated("recipients", "Recipients", *recipients(charter, day)),
                    figures(
                        sources, "disclosures", "Entries shared, by type of organisation", "disclosures", "recipient"
                    ),
                    blank(
                        "transfers",
                        "Transfers abroad",
                        "to which country or international organisation, and on what basis; or none",
                    ),
                ),
            ),
            Section(
                "",
                "Time limits and security",
                (
                    stated("retention", "Time limits", *retention(charter)),
                    stated("assessments", "Assessments", *assessments(charter)),
                    blank(
                        "security",
                        "Security measures",
                        "technical and organisational measures, in general",
                    ),
                ),
            ),
        ),
    )
