"""A draft of a data protection impact assessment: what the data shows is written in, and not left to memory.

An assessment that says that no children are listed, of a register that lists some, is false from its first day. So each
such statement is made from published figures: yes, no, or that the figures do not rule it out. The risks to people and
the measures against each are in the same document: see `_risks`.
"""

from __future__ import annotations

from overt.disclosure import Mark
from overt.pages import day as day_words
from overt.publication.records._parts import (
    AUDIT,
    RELEASE,
    Record,
    RecordField,
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
    statement,
    thresholds,
)
from overt.publication.records._risks import method, risk_sections

_CHILDREN = ("under 16", "16 to 17")
_COVERT = ("private", "persona")
_NOT_OFFENDERS = ("victim", "witness")


def dpia(sources: Sources) -> Record:
    """The draft, with what charter, release and audit say: the risks and their measures are part of it."""
    return Record(
        "dpia",
        "Data protection impact assessment: draft",
        f"Data Protection Act 2018, s.64; {method().method}",
        "This draft is not an assessment. It sets out what the data shows; people must assess what it means.",
        sources,
        (
            Section("", "What the data shows", tuple(_shown(sources))),
            Section("1", "Need for an assessment", _need()),
            Section("2", "The processing", _processing(sources)),
            Section("3", "Consultation", _consultation(sources)),
            Section("4", "Necessity and proportionality", _necessity(sources)),
            Section("5", "Measures for the rights of people", _rights(sources)),
            Section("6", "Risks to people and measures against them", _overall(sources)),
            *risk_sections(sources, "6"),
            Section("7", "Decision", _decision()),
        ),
    )


def _need() -> tuple[RecordField, ...]:
    return (
        blank("need", "Why it is needed", "what the processing aims to achieve, and why its risk may be high"),
        blank(
            "standards", "Standards that apply", "codes of practice, guidance and certifications that apply, or none"
        ),
    )


def _processing(sources: Sources) -> tuple[RecordField, ...]:
    charter, day = sources.charter, day_of(sources)
    return (
        stated("controller", "Controller", charter.register.controller),
        blank("others_responsible", "Others who are responsible", "joint controllers and processors, or none"),
        stated("purposes", "Purposes", *(purpose.title for purpose in charter.purposes.values())),
        stated("data", "Categories of data", *categories(charter, day)),
        figure(sources, "people_listed", "People listed", "people"),
        figures(sources, "people_by_age", "People listed, by age", "people", "age"),
        figures(sources, "people_by_ethnicity", "People listed, by ethnicity", "people", "ethnicity"),
        stated("recipients", "Recipients", *recipients(charter, day)),
        stated("retention", "Time limits", *retention(charter)),
        blank("flows", "Flow of the data", "how data is collected, who uses it, where it goes and how it is deleted"),
        blank("assets", "Supporting assets", "systems, networks, paper and people that carry it"),
    )


def _consultation(sources: Sources) -> tuple[RecordField, ...]:
    charter = sources.charter
    return (
        stated("officer", "Data protection officer", charter.register.data_protection_officer),
        stated("assessments", "Earlier assessments", *assessments(charter)),
        blank(
            "officer_advice",
            "Advice of the officer",
            "the advice given, and the reasons for not following any part of it",
        ),
        blank("people_heard", "People consulted", "which affected people were consulted, or why none were"),
    )


def _necessity(sources: Sources) -> tuple[RecordField, ...]:
    return (
        stated("legal_basis", "Legal basis", sources.charter.register.legal_basis),
        blank("lawful_purposes", "Purposes", "why each purpose is specified, explicit and legitimate"),
        blank("necessity", "Necessity", "why each category is needed, and why less data would not be enough"),
        blank(
            "accuracy",
            "Accuracy",
            "how data is kept accurate and up to date, and how fact is kept separate from opinion",
        ),
        blank("keeping", "Retention period", "why data is needed for as long as the time limits allow"),
        blank("proportionality", "Proportionality", "the benefits, and the impact on the people listed"),
        blank("function_creep", "Growth", "what keeps the register from growing beyond its purpose"),
    )


def _rights(sources: Sources) -> tuple[RecordField, ...]:
    return (
        blank(
            "informing",
            "Information",
            "how people are told about the register, and how those listed are told about their entry",
        ),
        blank(
            "consent",
            "Consent",
            "whether anything relies on consent, and how consent is given and withdrawn; or that nothing does",
        ),
        blank("access", "Access", "how people can ask what is held about them, and what they are given"),
        blank(
            "correction",
            "Correction and erasure",
            "how people can have data corrected or erased, here and wherever it was shared",
        ),
        blank(
            "restriction",
            "Restriction and objection",
            "how processing is restricted while a matter is open, and how people can object",
        ),
        figures(sources, "requests", "Requests by people, by type", "requests", "kind"),
        blank("processors", "Processors", "the contract with each, and what it may do; or that there is none"),
        blank("transfers", "Transfers abroad", "to which country, and how data is protected there; or none"),
    )


def _overall(sources: Sources) -> tuple[RecordField, ...]:
    charter = sources.charter
    return (
        figures(sources, "audit", "Controls in the audit, by verdict", AUDIT, "verdict"),
        stated("limits", "Limits that the charter sets", *thresholds(charter)),
        blank(
            "security",
            "Security",
            "technical and organisational measures: access rights, copies, backups and incidents",
        ),
    )


def _decision() -> tuple[RecordField, ...]:
    return (
        blank(
            "action_plan",
            "Action plan",
            "each further measure, who is responsible for it and by when, or that none is needed",
        ),
        blank("prior_consultation", "Prior consultation", "whether the Commissioner is consulted (s.65)"),
        blank("signed_by", "Signed by", "the role of the person responsible, and the date"),
        blank("review_due_on", "Next review", "the date by which it must be reviewed"),
    )


def _shown(sources: Sources) -> list[RecordField]:
    """What the figures say of children, victims, covert sources and sensitive data, and how much of it is withheld."""
    ever = sensitive_ever(sources)
    ages = _minimum_ages(sources)
    fields = [
        statement(
            "children",
            "Are children listed?",
            sources,
            ("people", "age"),
            _CHILDREN,
            what="people under 18 are listed",
        ),
        statement(
            "victims_and_witnesses",
            "Are victims or witnesses listed?",
            sources,
            ("people", "role"),
            _NOT_OFFENDERS,
            what="people who are not suspected of anything are listed",
        ),
        statement(
            "covert_sources",
            "Were private sources used?",
            sources,
            ("sources", "visibility"),
            _COVERT,
            what="items were recorded from private accounts or through personas",
        ),
        stated_ever(
            "sensitive",
            "Is sensitive data recorded?",
            sources,
            *(ever or ["No version of the charter has had a sensitive category."]),
        ),
        _control(sources),
    ]
    if ages:
        fields.insert(1, stated_ever("minimum_age", "May children be listed?", sources, *ages))
    return fields


def _minimum_ages(sources: Sources) -> list[str]:
    """The youngest who may be listed, by each version of the charter that says so or changed it."""
    lines, last = [], None
    for charter in sorted(sources.charters, key=lambda charter: charter.version):
        minimum_age = charter.thresholds.get("minimum_age")
        if minimum_age is not None and minimum_age.value != last:
            young = ": children" if isinstance(minimum_age.value, int) and minimum_age.value < 18 else ""
            since = day_words(charter.effective_on)
            last = minimum_age.value
            lines.append(f"From {since} the charter allows people aged {last} and over to be listed{young}.")
    return lines


def _control(sources: Sources) -> RecordField:
    """How many published figures are under disclosure control, and how many are withheld."""
    name, title = "disclosure_control", "Figures under disclosure control"
    release = sources.release
    if release is None:
        return RecordField(name, title, (), RELEASE, "no release was published (overt release draft)")
    figures_of = [figure for table in release.tables if table.protected for _, figure in table.cells()]
    withheld = sum(figure.mark is Mark.SUPPRESSED for figure in figures_of)
    line = f"{len(figures_of)} figures about people and actions: {withheld} withheld."
    if release.noise:
        line = f"{len(figures_of)} figures with noise, epsilon {release.noise.rule.epsilon} per release."
    return RecordField(name, title, (line,), RELEASE, rests_on=f"release {release.release}")
