"""Published figures, and the populations that they are compared with."""

from __future__ import annotations

from overt.model import _declare as column
from overt.model._table import About, Table


class ReleaseCellTable(Table):
    """One cell of a published table."""

    about = About.EITHER

    release_id = column.key("The release it is in.", chartered=True)
    table_name = column.label("The published table.")
    cell = column.group("The cell in that table.")
    value = column.integer("The published value; absent when suppressed.")
    base = column.integer("The number of people the cell is a share of.")
    counts = column.code("What it counts: people with what is recorded of them, or the office's own.", "people office")
    rounded_to = column.integer("The number to which the figures of its table are rounded; 1 where they are exact.")

    identity = (release_id, table_name, cell)


RELEASE_CELL = ReleaseCellTable()


class PublishedCountTable(Table):
    """How one published number of people became the next: the bridge between two days."""

    about = About.EITHER

    count_id = column.key("The number of the bridge.", chartered=True)
    series = column.label("What is counted: a register, and a group in it.")
    from_on = column.date("The day of the number before.")
    to_on = column.date("The day of the number.")
    opening = column.integer("How many there were by the number before.")
    added = column.integer("How many came, by the day on which they came.")
    recorded_late = column.integer("How many had come by the day of the number before, and were recorded after it.")
    moved_in = column.integer("How many were counted in another group before.")
    removed = column.integer("How many went.")
    erased = column.integer("How many were erased, so that nothing more can be said of them.")
    moved_out = column.integer("How many are counted in another group now.")
    closing = column.integer("How many there are.")
    percent_said = column.number("By how many per cent it was said to have changed: below 0 where it fell.")
    percent_rounded_to = column.number("To what that is rounded: 1 for whole per cents, 0.1 for tenths.")
    rounded_to = column.integer("The number to which these are rounded; 1 or absent where they are exact.")
    source = column.label("The document that says it.", named=True)


PUBLISHED_COUNT = PublishedCountTable()


class PopulationTable(Table):
    """A named population that a register is compared with."""

    about = About.EITHER

    population_id = column.key("The name of the population.", chartered=True)
    area = column.place("The area.")
    year = column.integer("The year it was counted.")
    attribute = column.label("What it is divided by: ethnicity, age, sex.")
    grp = column.group("The group.")
    count = column.integer("The number of people.")

    identity = (population_id, area, year, attribute, grp)


POPULATION = PopulationTable()
