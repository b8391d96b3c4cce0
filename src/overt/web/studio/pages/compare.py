"""Compare: the findings of one audit of the project beside those of an earlier one."""

from __future__ import annotations

from overt.audits.compare import compare
from overt.web._answers import Page
from overt.web._forms import FormField
from overt.web.studio._action import StudioAction, StudioAnswer, StudioAsk
from overt.web.studio._audits import NO_AUDIT, finished, result_of, results_of, run_of

_EARLIER = FormField("earlier", "Earlier audit", longest=4, optional=True)


def _show(ask: StudioAsk) -> StudioAnswer:
    if run_of(ask.project, ask.path["number"]) is None:
        return NO_AUDIT
    number, earlier = int(ask.path["number"]), ask.query.get("earlier", "")
    others = [other for other in finished(ask.project) if other != number]
    results = results_of(ask.project)
    compared = None
    if earlier.isascii() and earlier.isdecimal() and int(earlier) in others:
        compared = compare(result_of(results, int(earlier)), result_of(results, number))
    return Page(
        "studio/compare.html",
        {
            "number": number,
            "others": others,
            "earlier": int(earlier) if compared else None,
            "warnings": compared.warnings if compared else (),
            "groups": list(compared.by_change()) if compared else [],
        },
    )


ACTIONS = (StudioAction("/p/{project}/findings/{number}/compare", _show, query=(_EARLIER,)),)
