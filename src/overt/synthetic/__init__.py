"""Registers that are invented, with faults that are known.

Each kind reproduces the figures that were published about a real register, exactly, among clean rows
that come close and must not fire. The answer key is written from what was planted: nothing here
imports the controls or the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from overt.model import SYNTHETIC_FILE
from overt.refusals import Refusal, raise_all
from overt.synthetic import _alpha, _boston, _calgang, _chicago, _dgs, _gangs_matrix, _nypd, _scotland, _taj
from overt.synthetic._ledger import Answer, AnswerKey, digest_of
from overt.synthetic._plan import Plan, plant_registered
from overt.synthetic._setting import MOST_ROWS, Setting
from overt.synthetic._write import FORMATS, KEY_FILE, Progress, write_register

__all__ = ["FORMATS", "KINDS", "Answer", "AnswerKey", "digest_of", "generate"]

_REGISTERS: Mapping[str, tuple[Setting, Callable[[Plan], None]]] = {
    module.SETTING.kind: (module.SETTING, module.plant)
    for module in (_gangs_matrix, _calgang, _chicago, _alpha, _taj, _dgs, _scotland, _nypd, _boston)
}

KINDS: Mapping[str, str] = {kind: setting.title for kind, (setting, _) in _REGISTERS.items()}
"""The kinds of register there are, and what each is."""

_MOST_SEED = 2**32 - 1


def generate(
    kind: str,
    out: Path,
    *,
    rows: int | None = None,
    seed: int = 1,
    form: str = "parquet",
    progress: Progress | None = None,
) -> AnswerKey:
    """Writes an invented register as a new folder and gives back its answer key, which is in the folder too.

    The same arguments give the same bytes. `rows` is the published size unless it is given; published
    faults are planted in full at any size. `progress` is told of each table when it is written.
    Refuses kinds, sizes, seeds and forms that there are not, and a folder that is already there.
    """
    _check(kind, rows, seed, form)
    setting, plant = _REGISTERS[kind]
    plan = Plan(setting, setting.rows if rows is None else rows, seed)
    plant(plan)
    plant_registered(plan)
    plan.check()
    answers, thresholds = plan.ledger.answers(), setting.thresholds
    key = AnswerKey(kind, setting.pack, setting.as_of, plan.rows, seed, answers, plan.published, thresholds)
    write_register(plan, {KEY_FILE: key.as_json(), SYNTHETIC_FILE: _notice(plan)}, out, form, progress)
    return key


def _check(kind: str, rows: int | None, seed: int, form: str) -> None:
    faults = []
    if kind not in KINDS:
        faults.append(Refusal("synth-kind", "overt synth", kind, ", ".join(KINDS)))
    if rows is not None and not 1 <= rows <= MOST_ROWS:
        faults.append(Refusal("synth-rows", "--rows", str(rows), f"1 to {MOST_ROWS:,}"))
    if not 0 <= seed <= _MOST_SEED:
        faults.append(Refusal("synth-seed", "--seed", str(seed), f"0 to {_MOST_SEED}"))
    if form not in FORMATS:
        faults.append(Refusal("synth-form", "--format", form, ", ".join(FORMATS)))
    raise_all(faults)


def _given(setting: Setting) -> str:
    return "".join(f" with --threshold {name}={value}" for name, value in setting.thresholds.items())


def _notice(plan: Plan) -> str:
    """The text of SYNTHETIC.txt."""
    setting = plan.setting
    return f"""\
SYNTHETIC: EVERY PERSON IN THIS FOLDER IS INVENTED

{setting.title}

No row of this folder is about anybody. The people, entries, sources, places and dates were made by
`overt synth {setting.kind} --rows {plan.rows} --seed {plan.seed}`; the same command makes the same bytes.
Where the name of a place is real, what is said of it is not.

{setting.story}
Audit it with the pack {setting.pack} as of {setting.as_of}{_given(setting)}. The faults that were planted
are counted in answer-key.json, by control, with a digest of the keys of the rows that breach; a control that is not
planted breaches nowhere. Rows that come close to a fault and must not fire stand beside it, such as the last day
that is in time.
"""
