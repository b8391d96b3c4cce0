"""Noisy numbers made into a table that a reader can add up, and the error that stands beside each figure.

It is a function of the noisy numbers alone, so it costs nothing and anyone can repeat it from release.json:

1.  The whole of a column is the mean of the sums of each attribute's numbers, each with the weight of its precision, to
    the nearest whole number; not less than none, and of those added no more than are listed.
2.  The groups of an attribute are the nearest numbers that are not less than none, add up to the whole, and of those
    added are no more than are listed; then whole ones, those with the largest remainder going up.
3.  Beside each figure stands what lies within the noise of 95 in 100 of its own noisy number, and the figure itself;
    beside the whole, of the sum that has the least noise. A figure whose interval is as wide as itself is unreliable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from overt.disclosure import Mark
from overt.publication._noise import Noise, NoisyQuestion
from overt.publication._safe import ALL, cell_name
from overt.publication._table import ReleaseFigure, ReleaseRow, ReleaseTable
from overt.publication._topics import ROWS_OF_A_PERSON, topic_of

_HALVINGS = 200
Values = Mapping[str, Mapping[str, int]]


def noisy_tables(noise: Noise) -> tuple[ReleaseTable, ...]:
    """The tables that the noise of a release makes."""
    return tuple(_table(name, noise.of(name)) for name in noise.tables)


def _table(name: str, questions: Mapping[tuple[str, str], NoisyQuestion]) -> ReleaseTable:
    topic = topic_of(name)
    asked_columns = list(dict.fromkeys(column for column, _ in questions))
    columns = [column for column in topic.columns if column in asked_columns or column in topic.flows_of_people]
    attributes = list(dict.fromkeys(attribute for _, attribute in questions))
    figures: dict[str, ReleaseFigure] = {}
    listed: Values | None = None
    for column in asked_columns:
        of_column = {attribute: question for (of, attribute), question in questions.items() if of == column}
        values = _values(of_column, listed if column == "added" else None)
        listed = values if column == "listed" else listed
        surest = min(of_column.values(), key=lambda question: question.margin_of_sum)
        whole = _figure(values[ALL][ALL], sum(surest.numbers.values()), surest.margin_of_sum)
        figures[cell_name(ALL, ALL, column)] = whole
        for attribute, question in of_column.items():
            for group, value in values[attribute].items():
                figures[cell_name(attribute, group, column)] = _figure(value, question.numbers[group], question.margin)
    not_asked = ReleaseFigure(Mark.NOT_ASKED)
    names = [(ALL, ALL)]
    names += [(attribute, group) for attribute in attributes for group in _groups(questions, attribute)]
    rows = [
        ReleaseRow(*name, tuple(figures.get(cell_name(*name, column), not_asked) for column in columns))
        for name in names
    ]
    return ReleaseTable(topic.name, topic.title, topic.note + _bound_words(questions), tuple(columns), tuple(rows))


def _bound_words(questions: Mapping[tuple[str, str], NoisyQuestion]) -> str:
    """What a reader must know of a table that does not count every row."""
    most = max(question.most or 0 for question in questions.values())
    name = next(iter(questions.values())).table
    if not most or name not in ROWS_OF_A_PERSON:
        return ""
    rows = "one row is" if most == 1 else f"{most} rows are"
    return f" Of each person at most {rows} counted, chosen by a keyed hash of its number."


def _values(questions: Mapping[str, NoisyQuestion], most: Values | None) -> Values:
    """The figures of a column: what was published stands, and the rest is made to fit it."""
    numbers = {name: question.numbers for name, question in questions.items()}
    there = {name: question.published for name, question in questions.items() if question.published is not None}
    return consistent(numbers, most, there)


def _groups(questions: Mapping[tuple[str, str], NoisyQuestion], attribute: str) -> Sequence[str]:
    return list(next(question for (_, of), question in questions.items() if of == attribute).numbers)


def _figure(value: int, noisy: int, margin: int) -> ReleaseFigure:
    return ReleaseFigure.noisy(value, max(min(noisy - margin, value), 0), max(noisy + margin, value))


def consistent(
    numbers: Mapping[str, Mapping[str, int]], most: Values | None = None, published: Values | None = None
) -> dict[str, Mapping[str, int]]:
    """The numbers of one column, by attribute and group, so that every attribute adds up to the whole.

    The whole stands under `ALL`. Each value is at most that of `most`. What was `published` stands.
    """
    there = published or {}
    whole = next((sum(values.values()) for values in there.values()), None)
    if whole is None:
        whole = _whole(numbers) if most is None else min(_whole(numbers), most[ALL][ALL])
    fitted: dict[str, Mapping[str, int]] = {ALL: {ALL: whole}}
    for attribute, by_group in numbers.items():
        if attribute in there:
            fitted[attribute] = there[attribute]
        else:
            limits = [most[attribute][group] if most is not None else whole for group in by_group]
            fitted[attribute] = dict(zip(by_group, nearest(list(by_group.values()), whole, limits), strict=True))
    return fitted


def _whole(numbers: Mapping[str, Mapping[str, int]]) -> int:
    """The mean of what each division says, with the weight of its precision."""
    weights = {attribute: 1 / len(by_group) for attribute, by_group in numbers.items()}
    mean = sum(weights[name] * sum(by_group.values()) for name, by_group in numbers.items()) / sum(weights.values())
    return max(0, int(mean + 0.5))


def nearest(numbers: Sequence[int], whole: int, limits: Sequence[int]) -> list[int]:
    """The whole numbers nearest to these that lie between none and their limits and add up to `whole`.

    Nearest by the sum of squares before rounding. Where the limits add up to less than `whole`, they are the answer.
    """
    if sum(limits) <= whole:
        return list(limits)
    low = float(-max(numbers, default=0))
    high = float(whole + max((limit - number for number, limit in zip(numbers, limits, strict=True)), default=0))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        reached = sum(min(max(number + middle, 0.0), limit) for number, limit in zip(numbers, limits, strict=True))
        low, high = (middle, high) if reached < whole else (low, middle)
    values = [min(max(number + high, 0.0), float(limit)) for number, limit in zip(numbers, limits, strict=True)]
    rounded = [int(value) for value in values]
    by_remainder = sorted(range(len(values)), key=lambda place: (rounded[place] - values[place], place))
    while (left := whole - sum(rounded)) > 0:
        for place in [place for place in by_remainder if rounded[place] < limits[place]][:left]:
            rounded[place] += 1
    return rounded
