"""What is true of each person: the facts from which every table's row is made.

A fact has two sources: chance, for everybody between the special people, and a plain value for the
special ones, which faults then change. Facts stand in layers, so that each may speak of those before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from overt.synthetic._numbers import Shuffle
from overt.synthetic._plan import PlannedChange, RegisterPlan, Slots, too_few

# Who was born on 29 February is eighteen on 1 March, for that year has no such day.
_EIGHTEEN = (
    "case when strftime(birth_date, '%m%d') = '0229' then make_date(year(birth_date) + 18, 3, 1) "
    "else cast(birth_date + to_years(18) as date) end"
)


@dataclass(frozen=True)
class Layer:
    """A column: SQL for the rows made by chance, and for the plain rows where that differs."""

    name: str
    chance: str
    plain: str | None = None

    def sql(self, who: RowSource) -> str:
        """SQL for the column with every change to it; of two changes to one row the later one holds."""
        mine = [change for change in who.changes if self.name in change.columns]
        if who.by_chance and ((not mine and self.plain is None) or not who.special):
            return self.chance
        cases = [f"when not {who.special} then {self.chance}"] if who.by_chance else []
        cases += [f"when {change.condition} then {change.columns[self.name]}" for change in reversed(mine)]
        rest = self.plain or self.chance
        return f"case {' '.join(cases)} else {rest} end" if cases else rest


@dataclass(frozen=True)
class RowSource:
    """Of whom rows are made: of people by chance, of special people, or of both, whom `special` tells apart.

    `changes` are those of the table in hand.
    """

    by_chance: bool
    special: str
    changes: tuple[PlannedChange, ...] = ()

    @classmethod
    def everybody(cls, plan: RegisterPlan, table: str) -> RowSource:
        """Both."""
        return cls(True, plan.special, tuple(plan.changes.get(table, ())))

    @classmethod
    def ordinary(cls) -> RowSource:
        """People by chance only."""
        return cls(True, "")

    @classmethod
    def among(cls, plan: RegisterPlan, table: str, slots: Slots) -> RowSource:
        """Some neighbouring special people, to whom few of the changes apply."""
        changes = (
            change
            for change in plan.changes.get(table, ())
            if change.slots.start < slots.stop and slots.start < change.slots.stop
        )
        return cls(False, "", tuple(changes))


def layered(source: str, who: RowSource, layers: Sequence[Layer]) -> str:
    """A select that adds one column after the other to those of `source`."""
    for layer in layers:
        source = f"select *, {layer.sql(who)} as {layer.name} from ({source})"
    return source


def by_entry(plan: RegisterPlan, *, special: bool = True) -> str:
    """The facts of everybody, or of those by chance, in the order of their entries' numbers."""
    source = f"select p, {plan.entries.index_sql('p')} as i from range({plan.total}) r(p)"
    if special:
        return _facts(plan, source, RowSource.everybody(plan, "facts"))
    return _facts(plan, f"select * from ({source}) where not {plan.special}", RowSource.ordinary())


def by_subject(plan: RegisterPlan) -> str:
    """The facts of everybody, in the order of their pseudonyms."""
    index = plan.subjects.index_sql("q")
    source = f"select {plan.entries.place_sql(index)} as p, {index} as i from range({plan.total}) r(q)"
    return _facts(plan, source, RowSource.everybody(plan, "facts"))


def by_slots(plan: RegisterPlan, slots: Slots) -> str:
    """The facts of neighbouring special people."""
    source = f"select {plan.entries.place_sql('i')} as p, i from range({slots.start}, {slots.stop}) r(i)"
    return _facts(plan, source, RowSource.among(plan, "facts", slots))


def _facts(plan: RegisterPlan, source: str, who: RowSource) -> str:
    return layered(source, who, [*_dates(plan), *_role_and_score(plan), *_other(plan)])


def spread(plan: RegisterPlan) -> str:
    """SQL for a day of opening by chance, for special people who need not be of one time."""
    return f"date '{plan.setting.first_day}' + {plan.chance.below('opened', plan.setting.days - 460)}"


def _dates(plan: RegisterPlan) -> list[Layer]:
    as_of, chance, first = plan.as_of, plan.chance, f"date '{plan.setting.first_day}'"
    adult = f"18 + {chance.below('years', 14)} + {chance.below('more years', 25)} * ({chance.below('older', 4)} // 3)"
    young = f"13 + {chance.below('young years', 5)}"
    child = f"{chance.below('child', 1000)} < {plan.setting.children}"
    days = plan.setting.days
    return [
        Layer("person", "i"),
        Layer("s", plan.subjects.place_sql("person")),
        Layer("listed", f"i < {plan.listed}"),
        Layer(
            "opened_on",
            f"{first} + case when listed then {chance.below('opened', days)}"
            f" else {chance.below('opened', days - 400)} end",
            f"{as_of} - 400 - cast(i % 200 as integer)",
        ),
        Layer("years", f"case when {child} then {young} else {adult} end", "24"),
        Layer("birth_date", f"cast(opened_on - to_years(years) as date) - {chance.below('birthday', 360)}"),
        Layer("eighteen_on", _EIGHTEEN),
        Layer("was_child", "opened_on < eighteen_on"),
        Layer(
            "closed_on",
            f"case when not listed then opened_on + 90 + {chance.below('closed', f'({as_of} - opened_on - 140)')} end",
            f"case when not listed then {as_of} - 100 - cast(i % 97 as integer) end",
        ),
    ]


def _role_and_score(plan: RegisterPlan) -> list[Layer]:
    chance, as_of, setting = plan.chance, plan.as_of, plan.setting
    points = (
        f"case when {chance.below('score class', 100)} < 50 then 1 + {chance.below('score', 99)}"
        f" when {chance.below('score class', 100)} < 83 then 100 + {chance.below('score', 150)}"
        f" else 250 + {chance.below('score', 200)} end"
    )
    protected = "role in ('victim', 'witness')"
    score = f"case when zero then 0 when not {protected} then {points} end" if setting.scored else "null"
    plain = f"case when zero then 0 when not {protected} then 40 end" if setting.scored else "null"
    return [
        Layer("role", chance.weighed("role", setting.roles), "'suspect'"),
        Layer("zero", _zero(plan), "false"),
        Layer("score", f"cast({score} as double)", f"cast({plain} as double)"),
        Layer(
            "band",
            f"case when {protected} or score is null then null when score >= 250 then 'high'"
            " when score >= 100 then 'medium' else 'low' end",
        ),
        Layer(
            "score_as_of",
            f"case when score is not null then {as_of} - {chance.below('scored', 731)} end",
            f"case when score is not null then {as_of} - 60 end",
        ),
        Layer(
            "event_on",
            f"case when listed and score > 0 then {as_of} - {chance.below('event', 731)} end",
            f"case when listed and score > 0 then {as_of} - 100 end",
        ),
    ]


def _other(plan: RegisterPlan) -> list[Layer]:
    chance, setting = plan.chance, plan.setting
    private = f"{chance.below('private', 1000)} < {setting.private}" if setting.private else "false"
    items = f"case when private or {chance.below('third item', 1000)} < {setting.third} then 3 else 2 end"
    return [
        Layer("serious", _serious(plan), "i % 2 = 0 and listed"),
        Layer("ethnic", _ethnic(plan)),
        Layer("private", private, "false"),
        Layer("persona", f"private and {chance.below('persona', 4)} = 0"),
        Layer("captured_on", f"opened_on - {chance.below('captured', 40)}"),
        Layer("items", items if setting.with_items else "0", "2" if setting.with_items else "0"),
    ]


def _ethnic(plan: RegisterPlan) -> str:
    chance, setting = plan.chance, plan.setting
    others = chance.weighed("other group", setting.others)
    if not setting.counted:
        return others
    place = Shuffle.of(plan.listed, chance.salt("group")).place_sql("i")
    share = f"{chance.below('removed group', 1000)} < {round(1000 * setting.counted_share)}"
    inside = f"case when listed then {place} < {round(setting.counted_share * plan.listed)} else {share} end"
    return f"case when {inside} then {chance.weighed('counted group', setting.counted)} else {others} end"


def _zero(plan: RegisterPlan) -> str:
    if not plan.setting.scored:
        return "false"
    return _exactly(plan, "zero", round(plan.setting.zero_share * plan.listed), plan.zeros)


def _serious(plan: RegisterPlan) -> str:
    share = plan.setting.serious_share
    if share is None:
        return "false"
    # Of the special people every other one has a serious offence.
    return _exactly(plan, "serious", round(share * plan.listed), (plan.special_listed + 1) // 2)


def _exactly(plan: RegisterPlan, name: str, target: int, held: int) -> str:
    """SQL that is true for as many of the listed as make up the target, with those already held."""
    size = plan.listed - plan.special_listed
    if not 0 <= target - held <= size:
        raise too_few(plan.setting.kind, plan.rows, f"room for the share of people of whom '{name}' is true")
    if size == 0:
        return "false"
    place = Shuffle.of(size, plan.chance.salt(name)).place_sql(f"i - {plan.special_listed}")
    return f"listed and {place} < {target - held}"
