"""The tables that have a row for everybody: subject, entry and item."""

from __future__ import annotations

from overt.synthetic._facts import Layer, RowSource, by_entry, by_slots, by_subject, layered
from overt.synthetic._numbers import Chance, numbered, picked
from overt.synthetic._plan import Addition, RegisterPlan
from overt.synthetic._words import grounds

PURPOSES = ("prevention_of_crime", "detection_of_crime", "safeguarding_of_the_public")
PLATFORMS = ("video site", "picture site", "message board", "short-video site")

_SELF_CODES = {
    "B": ("B1", "B2", "B9"),
    "W": ("W1", "W2", "W3", "W9"),
    "A": ("A1", "A2", "A3", "A4", "A9"),
    "M": ("M1", "M2", "M3", "M9"),
    "O": ("O2", "O9"),
    "L": ("O9",),
    "N": ("NS",),
}
_SEEN_CODES = {"B": "IC3", "W": "IC1", "A": "IC4", "M": "IC1", "O": "IC6", "L": "IC2", "N": "IC9"}


def _subject_rows(plan: RegisterPlan, source: str, who: RowSource) -> str:
    """The people, one row for each row of facts."""
    chance = plan.chance
    defined = " ".join(
        f"when '{letter}' then {chance.pick('self code', codes)}" for letter, codes in _SELF_CODES.items()
    )
    seen = " ".join(f"when '{letter}' then '{code}'" for letter, code in _SEEN_CODES.items())
    sex = f"case when {chance.below('sex', 1000)} < {plan.setting.women} then 'female' else 'male' end"
    layers = [
        Layer("subject_id", f"'S' || {numbered('s')}"),
        Layer("ethnicity_self", f"case ethnic {defined} end"),
        Layer("ethnicity_observed", f"case ethnic {seen} end"),
        Layer("sex", sex),
        Layer("age_recorded", "null"),
        Layer("died_on", "null"),
    ]
    # The other rows are made by the day of birth also where the register does not hold it.
    held = Layer("birth_date", "birth_date").sql(who)
    return layered(f"select * replace ({held} as birth_date) from ({source})", who, layers)


def everybody(plan: RegisterPlan) -> str:
    """The table `subject`."""
    dropped = " and ".join(f"not {slots.condition}" for slots in plan.dropped.get("subject", [])) or "true"
    rows = _subject_rows(plan, by_subject(plan), RowSource.everybody(plan, "subject"))
    return f"select * from ({rows}) where {dropped}"


def second_records(plan: RegisterPlan, addition: Addition) -> str:
    """People's second rows in `subject`, which say something else in the columns that were given."""
    slots = addition.slots
    rows = _subject_rows(plan, by_slots(plan, slots), RowSource.among(plan, "subject", slots))
    replaced = ", ".join(f"{value} as {column}" for column, value in addition.columns.items())
    return f"select * replace ({replaced}) from ({rows})"


def entries(plan: RegisterPlan) -> str:
    """The table `entry`."""
    chance, as_of, setting = plan.chance, plan.as_of, plan.setting
    conditions = [("statutory", 400), ("justice", 300), ("safeguarding", 200), ("manifestly_public", 100)]
    # Whoever has an item from a private account does not rest on what was made public.
    condition = f"case when private then 'statutory' else {chance.weighed('condition', conditions)} end"
    layers = [
        Layer("entry_id", f"'E' || {numbered('p')}"),
        Layer("subject_id", f"'S' || {numbered('s')}"),
        Layer("unit", chance.pick("unit", setting.units)),
        Layer("status", "case when listed then 'active' else 'closed' end"),
        Layer("opened_by", f"'P' || (1000 + {chance.below('opener', 900)})"),
        Layer("approved_by", f"'P' || (2000 + {chance.below('approver', 90)})"),
        Layer("grounds", grounds(chance)),
        Layer("purpose", chance.pick("purpose", PURPOSES)),
        Layer("condition", condition, "'statutory'") if setting.conditions else Layer("condition", "null"),
        Layer("retention_group", "case when role in ('victim', 'witness') then '4' else '2' end"),
        Layer("review_due_on", f"case when listed then {as_of} + {chance.below('review due', 90)} end"),
        Layer("delete_due_on", "opened_on + 1825"),
        Layer("decided_by", "'human'"),
        Layer("automated_under", "null"),
        Layer("significant", "null"),
        Layer("explicit_consent", "null"),
        Layer("mention_on", "null"),
        Layer(
            "closed_reason",
            f"case when not listed then {chance.pick('closed reason', setting.closed_reasons)} end",
        ),
    ]
    return layered(by_entry(plan), RowSource.everybody(plan, "entry"), layers)


def items(plan: RegisterPlan) -> str:
    """The table `item`: the items of an entry stand together and are counted by `j` from 0."""
    unfolded = f"select *, unnest(range(items)) as j from ({by_entry(plan)})"
    return layered(unfolded, RowSource.everybody(plan, "item"), _item_layers(plan))


def _item_layers(plan: RegisterPlan) -> list[Layer]:
    chance, setting, index = plan.chance, plan.setting, "i * 16 + j"
    ordinary = tuple(category.name for category in setting.categories if category.by_chance)
    plain = picked(plain_categories(plan), "cast(j % 2 as integer)")
    first = chance.weighed("first origin", setting.first_origins)
    origin = f"case j when 0 then {first} when 1 then {_firm_origin(chance)} else {_third(plan)} end"
    taken_on = "case j when 0 then opened_on - {} when 1 then opened_on else {} end"
    later = f"least(opened_on + {chance.below('later', 60)}, coalesce(closed_on, {plan.as_of}))"
    platform = chance.pick("platform", PLATFORMS)
    return [
        Layer("item_id", f"'I' || {numbered('p')} || '-' || (j + 1)"),
        Layer("entry_id", f"'E' || {numbered('p')}"),
        Layer("category", chance.pick("category", ordinary, index), plain),
        Layer("basis", f"case when {chance.below('basis', 10, index)} < 7 then 'fact' else 'assessment' end"),
        Layer("origin", origin, "case j when 0 then 'police_record' else 'intelligence' end"),
        Layer("platform", f"case when origin in ('social_media', 'message') then {platform} end"),
        Layer("source_ref", f"'N/' || {numbered('p')} || '/' || (j + 1)"),
        Layer("evidence_ref", f"'DOC-' || {numbered('p')} || '-' || (j + 1)"),
        *_grades(chance, index),
        Layer(
            "visibility", "case when j < 2 or not private then 'open' when persona then 'persona' else 'private' end"
        ),
        Layer("authority_id", f"case when private and j = 2 then 'A' || {numbered('p')} || '-1' end"),
        Layer(
            "collected_on",
            taken_on.format(chance.below("taken", 30), f"case when private then captured_on else {later} end"),
            "case j when 0 then opened_on - 10 else opened_on end",
        ),
        Layer("recorded_by", f"'P' || (1000 + {chance.below('recorder', 900, index)})"),
        Layer("consent_ref", "null"),
        Layer("consent_withdrawn_on", "null"),
        Layer("source_authority", "null"),
    ]


def plain_categories(plan: RegisterPlan) -> tuple[str, str]:
    """The categories of a plain person's two items: none that is sensitive."""
    names = [category.name for category in plan.setting.categories if not category.sensitive and category.by_chance]
    return names[0], names[1]


def _firm_origin(chance: Chance) -> str:
    """Where the second item comes from: never from social media, so that no entry rests on posts alone."""
    return chance.weighed("firm origin", [("police_record", 350), ("intelligence", 400), ("partner", 250)])


def _third(plan: RegisterPlan) -> str:
    rest = plan.chance.weighed("third origin", [("observation", 400), ("arrest", 300), ("victim", 300)])
    return f"case when private then 'social_media' else {rest} end"


def _grades(chance: Chance, index: str) -> list[Layer]:
    """The grading of an item: one in seven is of the older scale; the second item is never a weak one."""
    older = f"({chance.below('scale', 7, index)} = 0)"
    weak = f"(j = 0 and {chance.below('weak', 20)} = 0)"
    pick = chance.pick
    return [
        Layer("older", older, "false"),
        Layer(
            "source_grade",
            f"case when older then {pick('old source', ('A', 'B', 'C'), index)} when {weak} then '3'"
            f" else {pick('source', ('1', '2'), index)} end",
            "'1'",
        ),
        Layer(
            "information_grade",
            f"case when older then {pick('old information', ('1', '2', '3'), index)} when {weak} then 'E'"
            f" else {pick('information', ('A', 'B', 'C', 'D'), index)} end",
            "'B'",
        ),
        Layer(
            "handling",
            f"case when older then {pick('old handling', ('1', '2', '3', '4', '5'), index)}"
            f" else {pick('handling', ('P', 'C'), index)} end",
            "'P'",
        ),
    ]
