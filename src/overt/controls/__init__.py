"""Packs of controls: reads them, checks them, runs one control on an engine.

A control is one `select` over every row in scope, with a boolean `breach`; null is "cannot tell".
`run_control` counts the rows examined, breached and unknown and keeps evidence that is small and
reproducible. `check_pack` holds controls to the cases beside them. Cases, and what needs the parser of SQL, are loaded
when they are first asked for: an audit with a pack that was read before does without.
"""

from typing import TYPE_CHECKING

from overt.controls._control import (
    MEMORY_LIMIT,
    Authority,
    Basis,
    Control,
    Effect,
    Finding,
    LawCount,
    Pack,
    Scalar,
    Severity,
    Threshold,
    Verdict,
)
from overt.controls._execute import Evidence, Settings, missing_for, rendered, run_control
from overt.controls._filled import EVERYTHING, Filled, lacking, tables_with
from overt.controls._law import check_law
from overt.controls._pack import (
    also_named,
    find_pack,
    jurisdiction_of,
    own_name,
    prepared_texts,
    read_pack,
    shipped_packs,
    text_of,
)
from overt.controls._pack_schema import pack_schema
from overt.controls._prepared import Value
from overt.controls._together import BREACHED, QUIET, UNKNOWN, Spread, Together, rows_together
from overt.later import later

if TYPE_CHECKING:
    from overt.controls._by_key import across_parts
    from overt.controls._cases import (
        Case,
        CaseResult,
        cases_path,
        check_complete,
        check_control,
        check_pack,
        read_cases,
    )
    from overt.controls._compile import render
    from overt.controls._mutants import mutants
    from overt.controls._new import new_control
    from overt.controls._prove import Proof, prove_briefly, prove_cases

__all__ = [
    "BREACHED",
    "EVERYTHING",
    "MEMORY_LIMIT",
    "QUIET",
    "UNKNOWN",
    "Authority",
    "Basis",
    "Case",
    "CaseResult",
    "Control",
    "Effect",
    "Evidence",
    "Filled",
    "Finding",
    "LawCount",
    "Pack",
    "Proof",
    "Scalar",
    "Settings",
    "Severity",
    "Spread",
    "Threshold",
    "Together",
    "Value",
    "Verdict",
    "across_parts",
    "also_named",
    "cases_path",
    "check_complete",
    "check_control",
    "check_law",
    "check_pack",
    "find_pack",
    "jurisdiction_of",
    "lacking",
    "missing_for",
    "mutants",
    "new_control",
    "own_name",
    "pack_schema",
    "prepared_texts",
    "prove_briefly",
    "prove_cases",
    "read_cases",
    "read_pack",
    "render",
    "rendered",
    "rows_together",
    "run_control",
    "shipped_packs",
    "tables_with",
    "text_of",
]

_LATER = {"mutants": "overt.controls._mutants", "render": "overt.controls._compile"}
_LATER |= {"across_parts": "overt.controls._by_key", "new_control": "overt.controls._new"}
_LATER |= dict.fromkeys(
    ("Case", "CaseResult", "cases_path", "check_complete", "check_control", "check_pack", "read_cases"),
    "overt.controls._cases",
)
_LATER |= dict.fromkeys(("Proof", "prove_briefly", "prove_cases"), "overt.controls._prove")

__getattr__ = later(__name__, _LATER)
