"""The pages of Studio, in one table: each module has its `ACTIONS`, and a `STEP` if it is a step of the audit."""

from overt.web.studio._action import StudioAction
from overt.web.studio._steps import Step
from overt.web.studio.pages import (
    answered,
    audit,
    columns,
    compare,
    counts,
    disparity,
    findings,
    history,
    joins,
    lost,
    mapping,
    meaning,
    meaning_column,
    meaning_rows,
    meaning_values,
    projects,
    report,
    sample,
    sample_marks,
    sample_result,
    source,
    steps,
    stop,
    table,
    words,
    words_result,
)

ACTIONS: tuple[StudioAction, ...] = (
    *projects.ACTIONS,
    *steps.ACTIONS,
    *source.ACTIONS,
    *table.ACTIONS,
    *joins.ACTIONS,
    *columns.ACTIONS,
    *meaning.ACTIONS,
    *counts.ACTIONS,
    *meaning_column.ACTIONS,
    # Before the page of values, whose address fits that of people too.
    *meaning_rows.ACTIONS,
    *meaning_values.ACTIONS,
    *mapping.ACTIONS,
    *answered.ACTIONS,
    *lost.ACTIONS,
    *audit.ACTIONS,
    # Before the page of one finding, whose address fits this one too.
    *compare.ACTIONS,
    *findings.ACTIONS,
    *report.ACTIONS,
    *sample.ACTIONS,
    *sample_result.ACTIONS,
    *sample_marks.ACTIONS,
    *disparity.ACTIONS,
    # Its addresses of forms fit those of one test too.
    *words.ACTIONS,
    *words_result.ACTIONS,
    *history.ACTIONS,
    *stop.ACTIONS,
)
# In the order of the page. Those that are `further` are listed apart.
STEPS: tuple[Step, ...] = (
    source.STEP,
    columns.STEP,
    meaning.STEP,
    answered.STEP,
    lost.STEP,
    audit.STEP,
    findings.STEP,
    report.STEP,
    sample.STEP,
    disparity.STEP,
    words.STEP,
)
