"""The pages of Studio, in one table: each module has its `ACTIONS`, and a `STEP` if it is a step of the audit."""

from overt.web.studio._action import StudioAction
from overt.web.studio._steps import Step
from overt.web.studio.pages import answered, columns, history, lost, projects, steps, stop

ACTIONS: tuple[StudioAction, ...] = (
    *projects.ACTIONS,
    *steps.ACTIONS,
    *columns.ACTIONS,
    *answered.ACTIONS,
    *lost.ACTIONS,
    *history.ACTIONS,
    *stop.ACTIONS,
)
# In the order of the page. Those that are `further` are listed apart.
STEPS: tuple[Step, ...] = (columns.STEP, answered.STEP, lost.STEP)
