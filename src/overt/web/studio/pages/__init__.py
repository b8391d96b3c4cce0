"""The pages of Studio, in one table: each module has its `ACTIONS`, and a `STEP` if it is a step of the audit."""

from overt.web.studio._action import StudioAction
from overt.web.studio._steps import Step
from overt.web.studio.pages import (
    (
    answered,
    audit,
    compare,
    disparity,
    
    columns,
    findings,
    history,
    joins,
    mapping,
    meaning,
    meaning_values,
    
    lost,
    projects,
    report,
    source,
    steps,
    stop,
    table,
)

ACTIONS: tuple[StudioAction, ...] = (
    *projects.ACTIONS,
    *steps.ACTIONS,
    *source.ACTIONS,
    *table.ACTIONS,
    *joins.ACTIONS,
    *meaning.ACTIONS,
    *meaning_values.ACTIONS,
    *mapping.ACTIONS,
    *columns.ACTIONS,
    *answered.ACTIONS,
    *lost.ACTIONS,
    *audit.ACTIONS,
    # Before the page of one finding, whose address would take its name for that of a duty.
    *compare.ACTIONS,
    *findings.ACTIONS,
    *report.ACTIONS,
    *history.ACTIONS,
    *stop.ACTIONS,
    *disparity.ACTIONS,
)
# In the order of the page. Those that are `further` are listed apart.
STEPS: tuple[Step, ...] = (
    source.STEP, meaning.STEP, 
    columns.STEP,
    answered.STEP,
    lost.STEP,
    audit.STEP,
    findings.STEP,
    report.STEP, disparity.STEP,
)
