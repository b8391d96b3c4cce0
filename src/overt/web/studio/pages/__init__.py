"""The pages of Studio, in one table: each module has its `ACTIONS`, and a `STEP` if it is a step of the audit."""

from overt.web.studio._action import StudioAction
from overt.web.studio._steps import Step
from overt.web.studio.pages import history, mapping, meaning, meaning_values, projects, steps, stop

ACTIONS: tuple[StudioAction, ...] = (
    *projects.ACTIONS,
    *steps.ACTIONS,
    *meaning.ACTIONS,
    *meaning_values.ACTIONS,
    *mapping.ACTIONS,
    *history.ACTIONS,
    *stop.ACTIONS,
)
# In the order of the page. Those that are `further` are listed apart.
STEPS: tuple[Step, ...] = (meaning.STEP,)
