"""What a charter is: the published rulebook of one register, as it stands in one version.

The dataclasses below are the format too: what a file may say is read from their fields, and the JSON Schema
is printed from them. docs/formats/charter.md says the same in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, Strict, StringConstraints, TypeAdapter

from overt.charter._fields import (
    ONLY_THESE,
    AuthorityName,
    ChildTold,
    Condition,
    Count,
    Day,
    Digest,
    Flag,
    Format,
    Name,
    PackName,
    Positive,
    Rank,
    Reason,
    RecipientKind,
    Reference,
    Role,
    Text,
    Value,
)


@dataclass(frozen=True, kw_only=True)
class Register:
    """The register that a charter rules, and who answers for it."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    name: Annotated[Text, Field(description="What the register is called.")]
    origin: Annotated[
        str,
        Strict(),
        StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*$", max_length=200),
        Field(description="The origin of the register's ledger: the first line of its checkpoints."),
    ]
    legal_basis: Annotated[Text, Field(description="The law that lets the controller keep the register.")]
    controller: Annotated[Text, Field(description="The authority responsible for the register.")]
    contact: Annotated[Text, Field(description="Where anyone can write: an office, not a person.")]
    data_protection_officer: Annotated[Text, Field(description="How to contact the data protection officer.")]


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """A purpose that an entry may serve; its name is what stands in `entry.purpose`."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    title: Annotated[Text, Field(description="The purpose in words.")]


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category of data that may be recorded; its name is what stands in `item.category`."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    title: Annotated[Text, Field(description="What it is, in words.")]
    reason: Annotated[Reason, Field(description="Why it is recorded: a sentence at least.")]
    assessment: Annotated[Reference, Field(description="The assessment that covers it.")]
    adopted_on: Annotated[Day, Field(description="The first day on which it may be recorded.")]
    retired_on: Annotated[Day | None, Field(description="The first day on which it may no longer be recorded.")] = None
    sensitive: Annotated[Flag, Field(description="Whether it is sensitive as defined in DPA 2018 s.35(8).")] = False
    condition: Annotated[
        Condition | None, Field(description="The condition relied on if it is sensitive (DPA 2018 Sch 8).")
    ] = None

    def in_force(self, day: dt.date) -> bool:
        """Whether it may be recorded on `day`: from its adoption on, until the day before it is retired."""
        return self.adopted_on <= day and (self.retired_on is None or day < self.retired_on)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document by its reference and the SHA-256 digest of its bytes."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    reference: Annotated[Text, Field(description="Where it is found.")]
    sha256: Annotated[Digest, Field(description="The SHA-256 digest of its bytes, in hexadecimal.")]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """A signed impact assessment (data protection, equality) or appropriate policy document."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    kind: Annotated[Literal["dpia", "eia", "apd"], Field(description="Which of the three it is.")]
    signed_on: Annotated[Day, Field(description="The date it was signed.")]
    review_due_on: Annotated[Day, Field(description="The last day by which it must be reviewed.")]
    covers: Annotated[tuple[Name, ...], Field(description="The categories it covers.", min_length=1)]
    officer_consulted_on: Annotated[
        Day | None, Field(description="The date the data protection officer was consulted; required for a dpia.")
    ] = None
    residual_risk: Annotated[
        Literal["low", "medium", "high"] | None,
        Field(description="The risk to people that remains after the measures that it names."),
    ] = None
    commissioner_consulted_on: Annotated[
        Day | None,
        Field(description="The date the Information Commissioner was consulted; required if the risk remains high."),
    ] = None
    reviewed_on: Annotated[Day | None, Field(description="The date it was last reviewed.")] = None
    document: Annotated[Document | None, Field(description="The document itself.")] = None


@dataclass(frozen=True, kw_only=True)
class AuthorityKind:
    """A type of covert authorisation the register may rely on; its name is what stands in `authority.kind`."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    minimum_rank: Annotated[Rank, Field(description="The lowest rank that may grant it.")]
    months: Annotated[Positive | None, Field(description="The longest it may last, in months.")] = None
    days: Annotated[Positive | None, Field(description="The longest it may last, in days; instead of months.")] = None
    urgent_minimum_rank: Annotated[
        Rank | None, Field(description="The lowest rank that may grant it in an urgent case.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class RetentionGroup:
    """How long entries of one group are kept; its name is what stands in `entry.retention_group`."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    limit_years: Annotated[Positive, Field(description="The longest an entry may be kept, in years.", le=100)]
    review_days: Annotated[Positive, Field(description="The longest time between two reviews, in days.")]
    reason: Annotated[Reason, Field(description="Why this long: a sentence at least.")]


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """An organisation that entries may be disclosed to; its name is what stands in `disclosure.recipient`."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    title: Annotated[Text, Field(description="The organisation in words.")]
    kind: Annotated[RecipientKind, Field(description="What type of organisation it is: see disclosure.recipient_kind.")]
    agreement: Annotated[Reference, Field(description="The number of the sharing agreement.")]
    guidance: Annotated[Text, Field(description="The guidance given to the recipient.")]
    purposes: Annotated[
        tuple[Name, ...], Field(description="The purposes for which entries may be disclosed to it.", min_length=1)
    ]
    roles: Annotated[
        tuple[Role, ...], Field(description="The roles whose entries may be disclosed to it.", min_length=1)
    ]
    starts_on: Annotated[Day, Field(description="The first day the agreement is in force.")]
    ends_on: Annotated[Day, Field(description="The last day the agreement is in force.")]

    def in_force(self, day: dt.date) -> bool:
        """Whether the agreement is in force on `day`; its first and last day belong to it."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A number, text or date that controls use in place of a pack's default."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    value: Annotated[Value, Field(description="The value; of the same type as the pack's own.")]
    reason: Annotated[Reason, Field(description="Why this value: a sentence at least.")]


@dataclass(frozen=True, kw_only=True)
class PackPin:
    """A pack of controls that holds the register to account, by version and digest."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    version: Annotated[Text, Field(description="The version of the pack.")]
    digest: Annotated[Digest, Field(description="The digest of the pack's files: overt pack list --json.")]


@dataclass(frozen=True, kw_only=True)
class Population:
    """A counted population that the register is compared with."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    area: Annotated[Text, Field(description="The area.")]
    year: Annotated[int, Strict(), Field(description="The year it was counted.", ge=1801, le=2200)]
    attribute: Annotated[Name, Field(description="What it is broken down by: ethnicity, age or sex.")]
    source: Annotated[Text, Field(description="Who published the counts, and where.")]
    groups: Annotated[Mapping[Text, Count], Field(description="How many people are in each group.", min_length=1)]


Mechanism = Literal["discrete_laplace", "discrete_gaussian"]


@dataclass(frozen=True, kw_only=True)
class Publication:
    """The rules by which figures are protected, and how often they are published."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    safe_threshold: Annotated[Positive, Field(description="The smallest count that is shown.")]
    round_base: Annotated[Positive, Field(description="Counts are rounded to multiples of it.")]
    percent_base: Annotated[Positive, Field(description="The smallest total for which percentages are shown.")]
    release_days: Annotated[Positive, Field(description="The longest time between two releases, in days.", le=366)]
    mechanism: Annotated[
        Mechanism | None,
        Field(description="Noise that is added to counts of people, instead of rounding them and withholding some."),
    ] = None
    epsilon: Annotated[
        float | None,
        Strict(),
        Field(description="The privacy budget that one release uses, if noise is added.", gt=0, le=10),
    ] = None
    budget: Annotated[
        float | None,
        Strict(),
        Field(description="The privacy budget that all releases together may use, if noise is added.", gt=0, le=100),
    ] = None
    delta: Annotated[
        float | None,
        Strict(),
        Field(description="With discrete_gaussian: the probability that the budget is exceeded.", gt=0, le=0.0001),
    ] = None
    person_rows: Annotated[
        int | None,
        Strict(),
        Field(
            description="If noise is added: how many rows each table counts for one person at most; default: 1.",
            gt=0,
            le=20,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Notification:
    """The commitment to tell people that they are listed; without this table there is none."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    when: Annotated[Literal["before", "after"], Field(description="Whether before or after the entry is made.")]
    days: Annotated[
        int,
        Strict(),
        Field(description="The smallest number of days before the entry, or the largest after it.", ge=0, le=366),
    ]
    child: Annotated[ChildTold, Field(description="Who is told of an entry about a child: see promise.child_told.")]
    reason: Annotated[Reason, Field(description="Why: a sentence at least.")]
    exemptions: Annotated[
        tuple[Text, ...], Field(description="The provisions that may be relied on not to tell anyone.")
    ] = ()


@dataclass(frozen=True, kw_only=True)
class ComplaintWays:
    """How a person can complain to the controller (Data Protection Act 2018 s.164A)."""

    __pydantic_config__: ClassVar[ConfigDict] = ONLY_THESE

    electronic: Annotated[Text | None, Field(description="How it can be done electronically, such as a form.")] = None
    other: Annotated[Text | None, Field(description="Another way, such as a letter, with the address.")] = None


@dataclass(frozen=True, kw_only=True)
class CharterText:
    """What one charter file says; each mapping is by name."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", title="Overt charter, format 1")

    format: Annotated[Format, Field(description="The version of this format.")]
    version: Annotated[
        Positive, Field(description="1 for the first charter of a register, then one more for each version.")
    ]
    adopted_on: Annotated[Day, Field(description="The date on which the controller adopted this version.")]
    effective_on: Annotated[Day, Field(description="The first day on which this version is in force.")]
    previous: Annotated[
        Digest | None, Field(description="The SHA-256 digest of the previous version's file; absent in version 1.")
    ] = None
    notice_days: Annotated[
        int,
        Strict(),
        Field(description="The number of days between the adoption of the next version and its start.", ge=0, le=3_660),
    ]
    roles: Annotated[
        tuple[Role, ...], Field(description="The roles that an entry may have: see entry.role.", min_length=1)
    ]
    register: Annotated[Register, Field(description="The register and who is responsible for it.")]
    purposes: Annotated[Mapping[Name, Purpose], Field(description="The purposes of entries.", min_length=1)]
    categories: Annotated[
        Mapping[Name, Category], Field(description="The categories of data that may be recorded.", min_length=1)
    ]
    assessments: Annotated[Mapping[Reference, Assessment], Field(description="The signed assessments.", min_length=1)]
    retention: Annotated[Mapping[Name, RetentionGroup], Field(description="How long entries are kept.", min_length=1)]
    packs: Annotated[
        Mapping[PackName, PackPin], Field(description="The packs of controls that it is checked against.", min_length=1)
    ]
    publication: Annotated[Publication, Field(description="How figures are protected.")]
    authorities: Annotated[
        Mapping[AuthorityName, AuthorityKind],
        Field(description="The types of covert authorisation that it may rely on."),
    ] = field(default_factory=dict)
    recipients: Annotated[Mapping[Name, Recipient], Field(description="Who entries may be disclosed to.")] = field(
        default_factory=dict
    )
    thresholds: Annotated[
        Mapping[Name, Threshold], Field(description="Values that controls use in place of a pack's default.")
    ] = field(default_factory=dict)
    populations: Annotated[Mapping[Reference, Population], Field(description="What the register is compared with.")] = (
        field(default_factory=dict)
    )
    notification: Annotated[
        Notification | None, Field(description="The commitment to tell people that they are listed.")
    ] = None
    complaint_ways: Annotated[
        ComplaintWays | None, Field(description="How a person can complain to the controller.")
    ] = None


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what a charter file says, with TOML's dates as texts.

    It holds the shape of a charter. What one part asks of another is in docs/formats/charter.md and not in it.
    """
    schema = TypeAdapter(CharterText).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:overt:charter:1", **schema}


@dataclass(frozen=True, kw_only=True)
class Charter(CharterText):
    """One version of the rulebook of one register, read and found without fault.

    `digest` is the SHA-256 digest, in hexadecimal, of the exact bytes it was read from: it is what the next
    version, the ledger and the gate's decisions name it by.
    """

    digest: str

    def __hash__(self) -> int:
        return hash(self.digest)

    def categories_in_force(self, day: dt.date) -> dict[str, Category]:
        """The categories that may be recorded on `day`, by name."""
        return {name: category for name, category in self.categories.items() if category.in_force(day)}

    def recipients_in_force(self, day: dt.date) -> dict[str, Recipient]:
        """The organisations whose agreement is in force on `day`, by name: only these may be sent an entry."""
        return {name: recipient for name, recipient in self.recipients.items() if recipient.in_force(day)}
