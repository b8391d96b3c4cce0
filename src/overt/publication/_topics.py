"""What the public record counts, topic by topic.

A topic counts one kind of thing: people, disclosures, reviews. Each thing falls into one group of each
attribute of its topic, and into one *part*: for people those who stayed, came or went; for what happens,
the stretch of days it happened in. A published figure is a sum of parts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from overt.model import DISCLOSURE, SUBJECT, TABLES

ALL = "all"
NOT_RECORDED = "not recorded"
SEVERAL = "more than one"
OVERDUE = "overdue"
# Whether anything at all falls in these is the verdict of a control.
VERDICTS_TELL = (NOT_RECORDED, OVERDUE)
INFORMATION = "information"
RECORDED_LATER = (
    "Anything recorded after its period was published is counted in a correction, and not in a later release."
)
AGES = ("under 16", "16 to 17", "18 to 24", "25 to 34", "35 and over")


@dataclass(frozen=True)
class Attribute:
    """One division of a topic: the groups that always have a row, beside whatever is found.

    `always` stand last. `moves` means that the group of a thing changes with time by itself, as an age does, and
    `several` that a thing can be in more than one.
    """

    name: str
    title: str
    groups: tuple[str, ...] = ()
    always: tuple[str, ...] = (NOT_RECORDED,)
    moves: bool = False
    several: bool = False

    @property
    def given(self) -> tuple[str, ...]:
        """The groups that have a row whatever is found."""
        return (*self.groups, *((SEVERAL,) if self.several else ()), *self.always)

    @property
    def fixed(self) -> tuple[str, ...]:
        """The groups that have a row whatever is found; none where the groups are only what is found."""
        return self.given if self.groups else ()


@dataclass(frozen=True)
class Topic:
    """One kind of thing that is counted; `flow` says that it is counted over a period and not on a day."""

    name: str
    title: str
    unit: str
    attributes: tuple[Attribute, ...]
    flow: bool
    note: str

    @property
    def flows_of_people(self) -> tuple[str, ...]:
        """Columns of who came and went, which the first release does not ask for."""
        return FLOWS_OF_PEOPLE if self.name == PEOPLE.name else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it can have."""
        return ("listed", *FLOWS_OF_PEOPLE) if self.name == PEOPLE.name else (self.unit,)


@dataclass(frozen=True)
class TopicCounts:
    """A topic counted. `measures` says of which parts each published column is made; none means it was not asked.

    `largest` says, of things that several can be of one person, how many of a group are those of the two people with
    most, and how many there are. The counts are for the keeper alone.
    """

    topic: Topic
    measures: Mapping[str, tuple[str, ...] | None]
    parts: tuple[str, ...]
    counts: Mapping[tuple[str, str, str], int] = field(repr=False)
    largest: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict, repr=False)

    @property
    def same_in_all(self) -> list[tuple[str, ...]]:
        """Parts that together are the same things in every attribute."""
        if "moved in" not in self.parts:
            return [(part,) for part in self.parts]
        alone = [(part,) for part in self.parts if part not in ("stayed", "moved in", "moved out")]
        return [("stayed", "moved in"), ("stayed", "moved out"), *alone]

    def is_dominated(self, attribute: str, group: str, share: float) -> bool:
        """Whether the two people with most of a figure make up more than this share of it."""
        two, everything = self.largest.get((attribute, group), (0, 0))
        return two > share * everything

    def groups(self, attribute: Attribute) -> tuple[str, ...]:
        """Every group of an attribute, in their order: those that it always has, and those that were found."""
        counted = {group for (_, name, group), count in self.counts.items() if name == attribute.name and count}
        others = sorted(counted - {*attribute.given, NOT_RECORDED})
        unknown = (NOT_RECORDED,) if NOT_RECORDED in counted - {*attribute.given} else ()
        last = attribute.given[len(attribute.groups) :]
        return (*attribute.groups, *others, *last, *unknown)

    def rows(self, attribute: Attribute, threshold: int) -> tuple[str, ...]:
        """The groups that have a row. One that is there because it was found has none where fewer than `threshold`
        things were counted: the row would say what they were."""
        whole = sum(count for (_, name, _), count in self.counts.items() if name == self.topic.attributes[0].name)
        return tuple(group for group in self.groups(attribute) if group in attribute.given or whole >= threshold)

    def without(self, left_out: Collection[str]) -> TopicCounts | None:
        """The topic with less in it: see `can_be_left_out`; none where all of it is left out."""
        name = self.topic.name
        if name in left_out:
            return None
        attributes = tuple(one for one in self.topic.attributes if f"{name}/{one.name}" not in left_out)
        names = {attribute.name for attribute in attributes}
        return replace(
            self,
            topic=replace(self.topic, attributes=attributes),
            measures={column: parts for column, parts in self.measures.items() if f"{name}/{column}" not in left_out},
            counts={key: count for key, count in self.counts.items() if key[1] in names},
        )


def _codes(table: str, column: str) -> tuple[str, ...]:
    return TABLES[table].by_name[column].codes


# What always has a row, whether there was one or not. A later outcome has a row where there was one, so that a release
# of before it was known is the same when it is made again.
ANSWERS = tuple(code for code in _codes("request", "outcome") if code != "unidentified")
PEOPLE = Topic(
    "people",
    "People listed",
    "people",
    (
        Attribute("role", "Role", _codes("entry", "role"), several=True),
        Attribute("age", "Age", AGES, moves=True),
        Attribute("sex", "Sex", _codes("subject", "sex")),
        Attribute("ethnicity", "Ethnicity as the person defined it", ("Asian", "Black", "Mixed", "Other", "White")),
        Attribute("observed", "Ethnicity as an officer saw it", _codes("subject", SUBJECT.ethnicity_observed)),
    ),
    flow=False,
    note="Each person is counted once, however many entries they have. Added: listed on this date but not on the date "
    "of the previous release, by the date of opening. Recorded late: as the previous release would have counted them, "
    "had it been known. Removed: listed then but not now, counted in the person’s group at that time. Those listed "
    "before, adjusted for those added, recorded late, removed and erased since, make up those listed, before rounding.",
)
SOURCES = Topic(
    "sources",
    "Items recorded, by who could see the source",
    "items",
    (
        Attribute("visibility", "Visibility", _codes("item", "visibility")),
        Attribute("origin", "Type of source", _codes("item", "origin")),
    ),
    flow=True,
    note="An item counts in the period in which it was collected. " + RECORDED_LATER,
)
AUTHORITIES = Topic(
    "authorities",
    "Covert authorisations granted",
    "authorities",
    (Attribute("kind", "Type", _codes("authority", "kind")),),
    flow=True,
    note="An authorisation counts in the period in which it was granted. " + RECORDED_LATER,
)
REVIEWS = Topic(
    "reviews",
    "Reviews completed",
    "reviews",
    (Attribute("outcome", "Outcome", _codes("review", "outcome")),),
    flow=True,
    note="A review counts in the period in which it was completed. " + RECORDED_LATER,
)
DUE = Topic(
    "reviews-due",
    "Entries by when their next review is due",
    "entries",
    (Attribute("due", "Due", (OVERDUE, "within 90 days", "later")),),
    flow=False,
    note="Entries in use on the day of the release.",
)
DISCLOSURES = Topic(
    "disclosures",
    "Entries shared with other organisations",
    "disclosures",
    (Attribute("recipient", "Type of organisation", _codes("disclosure", DISCLOSURE.recipient_kind)),),
    flow=True,
    note="Each time an entry is shared counts as one disclosure, in the period in which it was sent. " + RECORDED_LATER,
)
PLATFORMS = Topic(
    "platform-requests",
    "Requests to online platforms to remove content",
    "requests",
    (
        Attribute("outcome", "Outcome", _codes("platform_request", "outcome")),
        Attribute("genre", "Genre", always=()),
    ),
    flow=True,
    note="A request counts in the period in which it was sent. " + RECORDED_LATER,
)
REQUESTS = Topic(
    "requests",
    "Requests by people about themselves",
    "requests",
    (
        Attribute("kind", "Type of request", tuple(code for code in _codes("request", "kind") if code != INFORMATION)),
        Attribute("outcome", "Answer", (*ANSWERS, "not yet answered")),
        Attribute("time", "Time", ("in time", "late", "open and in time", "open and late")),
    ),
    flow=True,
    note="A request counts in the period in which it was received. Requests for information have their own table: each "
    "is answered in public, so they are not secret and reveal nothing about anyone listed. " + RECORDED_LATER,
)
# Not of the snapshot but of the gate's tally: see `_gate`.
GATE = Topic(
    "gate",
    "Decisions of the gate",
    "records",
    (Attribute("outcome", "Outcome", ("admitted", "held", "refused"), always=()),),
    flow=True,
    note="Records proposed in the period. One record can be refused for several reasons.",
)
REASONS = Topic(
    "gate-reasons",
    "Reasons for refusal",
    "records",
    (Attribute("reason to refuse", "Reason for refusal", always=()),),
    flow=True,
    note="",
)
# Only where noise is added: what the bound on one person's rows left out, itself with noise.
LEFT_OUT = Topic(
    "left-out",
    "People whose rows were not all counted",
    "people",
    (Attribute("rows", "Rows left out", ("1", "2 to 5", "6 and over"), always=()),),
    flow=True,
    note="Each person is counted once, by how many of their rows all tables together left out.",
)
TOPICS = {topic.name: topic for topic in (PEOPLE, SOURCES, AUTHORITIES, REVIEWS, DUE, DISCLOSURES, PLATFORMS, REQUESTS)}
FLOWS_OF_PEOPLE = ("added", "removed")
# The rest of the bridge from the release before: see `_bridge`. For everyone together, and not for each group.
BRIDGE_OF_PEOPLE = ("listed before", "recorded late", "erased")
# The tables whose rows the register ties to a person, besides that of the people: a person may have several in each.
ROWS_OF_A_PERSON = (SOURCES.name, REVIEWS.name, DUE.name, DISCLOSURES.name)


def topic_of(table: str) -> Topic:
    """The topic of a table with noise."""
    return LEFT_OUT if table == LEFT_OUT.name else TOPICS[table]


def can_be_left_out() -> list[str]:
    """What a release may do without: a topic, an attribute of it but the first, or who was added and removed.

    The first attribute and the first column stay, since releases are tied to one another by them.
    """
    parts = [f"{topic.name}/{attribute.name}" for topic in TOPICS.values() for attribute in topic.attributes[1:]]
    return [*TOPICS, *parts, *(f"{PEOPLE.name}/{measure}" for measure in (*FLOWS_OF_PEOPLE, *BRIDGE_OF_PEOPLE))]
