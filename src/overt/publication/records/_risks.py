"""The risks of an impact assessment, each with the measures that the charter, its controls and the audit show.

`dpia-risks.toml` beside this file says which risks there are, what is asked of each, and which controls bear on it. A
control counts as a measure only if the charter names its pack and that exact pack is available.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from overt.charter import Charter, PackPin
from overt.controls import Control, Effect, Pack, own_name, read_pack, shipped_packs
from overt.encoding import read_toml
from overt.publication.records._parts import (
    CHARTER,
    RELEASE,
    RecordField,
    Section,
    Sources,
    authorities,
    blank,
    day_of,
    figures,
    recipients,
    retention,
    stated,
    thresholds,
)

_RISKS = "dpia-risks.toml"
_BY_THE_GATE = {
    Effect.REFUSE: "the gate refuses a record that breaches it",
    Effect.HOLD: "the gate holds a record that breaches it for a person to decide",
    Effect.NOTE: "the gate admits a record that breaches it, and notes the breach",
    Effect.NONE: "the gate does not check it; the audit does",
}
_WITHOUT_FINDINGS = "no findings of an audit were given (overt release record dpia --findings findings.json)"
_NOT_ASKED = "not asked"
# Met and not applicable are one: apart, they would show whether a group has anyone in it, which may be withheld.
_VERDICT_WORDS = {
    "Breached": ("breached",),
    "Cannot be shown": ("cannot be shown",),
    "Not run (error)": ("failed",),
    "Met, or not applicable": ("met", "not applicable"),
    "Not part of the audit": (_NOT_ASKED,),
}


@dataclass(frozen=True)
class Risk:
    """One risk, and the controls that bear on it."""

    name: str
    title: str
    controls: frozenset[str]


@dataclass(frozen=True)
class RiskMethod:
    """By which method risks are told apart, and what is asked of each before its measures and after them."""

    method: str
    source: str
    before: tuple[Mapping[str, str], ...]
    after: tuple[Mapping[str, str], ...]
    risks: tuple[Risk, ...]


@cache
def method() -> RiskMethod:
    """What `dpia-risks.toml` says."""
    content = read_toml((files("overt.publication.records") / _RISKS).read_text(encoding="utf-8"))
    risks = tuple(Risk(risk["name"], risk["title"], frozenset(risk["controls"])) for risk in content["risks"])
    return RiskMethod(content["method"], content["source"], tuple(content["questions"]), tuple(content["after"]), risks)


def risk_sections(sources: Sources, number: str) -> list[Section]:
    """A section for each risk, and one for controls that no risk names, where there are any."""
    named, packs = method(), _packs(sources.charter)
    sections = []
    for place, risk in enumerate(named.risks, 1):
        controls = [control for pack in packs for control in pack.controls if control.id in risk.controls]
        fields = [_asked(risk, question) for question in named.before]
        fields += [*_charter_measures(risk, sources, controls), *_figures(risk, sources)]
        fields += _control_measures(risk.name, sources, controls)
        fields += [_asked(risk, question) for question in named.after]
        sections.append(Section(f"{number}.{place}", risk.title, tuple(fields)))
    placed = {control for named_risk in named.risks for control in named_risk.controls}
    others = [control for pack in packs for control in pack.controls if control.id not in placed]
    if others or len(packs) < len(sources.charter.packs):
        fields = _control_measures("other", sources, others) if others else []
        fields += _not_at_hand(sources.charter, packs)
        sections.append(
            Section(f"{number}.{len(named.risks) + 1}", "Controls that are not linked to a risk", tuple(fields))
        )
    return sections


def _asked(risk: Risk, question: Mapping[str, str]) -> RecordField:
    title = f"{risk.title}: {question['title'][0].lower()}{question['title'][1:]}"
    return blank(f"{risk.name}_{question['name']}", title, question["wanted"])


# --- what the charter says -----------------------------------------------------------------------------------------


def _charter_measures(risk: Risk, sources: Sources, controls: Iterable[Control]) -> list[RecordField]:
    """The rules of the charter that bear on a risk, with the limits that its controls compare with."""
    charter = sources.charter
    used = {name for control in controls for name in control.thresholds}
    limits = [line for name, line in zip(charter.thresholds, thresholds(charter), strict=True) if name in used]
    fields = {
        "access": (
            stated("access_recipients", "Recipients that the charter names", *recipients(charter, day_of(sources))),
            stated("access_publication", "How published figures are protected", _publication(charter)),
        ),
        "disappearance": (stated("disappearance_retention", "How long data is kept", *retention(charter)),),
        "rights": (
            stated("rights_roles", "Who may be listed", ", ".join(charter.roles)),
            stated("rights_notification", "Whether people are told that they are listed", *_notification(charter)),
            stated("rights_retention", "How long entries are kept", *retention(charter)),
            stated("rights_authorities", "Covert authorisations that are allowed", *authorities(charter)),
        ),
    }.get(risk.name, ())
    title = "Limits that the charter sets for the controls below"
    return [*fields, *([stated(f"{risk.name}_limits", title, *limits)] if limits else [])]


def _publication(charter: Charter) -> str:
    rule = charter.publication
    if rule.mechanism:
        return f"Counts of people have noise ({rule.mechanism}, epsilon {rule.epsilon} per release)."
    return (
        f"Counts of people under {rule.safe_threshold} are withheld. "
        f"Others are rounded to the nearest {rule.round_base}."
    )


def _notification(charter: Charter) -> list[str]:
    promise = charter.notification
    if promise is None:
        return ["The charter does not commit to this."]
    when = f"at least {promise.days} days before" if promise.when == "before" else f"within {promise.days} days after"
    exemptions = f" Exemptions: {', '.join(promise.exemptions)}." if promise.exemptions else ""
    return [f"The charter commits to this, {when} the entry is made. {promise.reason}{exemptions}"]


# --- what the figures say ------------------------------------------------------------------------------------------


def _figures(risk: Risk, sources: Sources) -> list[RecordField]:
    """Published figures of what the measures did."""
    shown = {
        "access": (
            ("disclosures", "Entries shared, by type of organisation", "disclosures", "recipient"),
            ("recalls", "Organisations told to delete, correct or restrict", "recalls", "bodies"),
        ),
        "change": (("gate", "Records admitted, held for a decision and refused", "gate", "outcome"),),
        "rights": (
            ("reviews", "Reviews completed, by outcome", "reviews", "outcome"),
            ("due", "Entries by when their review is due", "reviews-due", "due"),
            ("requests", "Requests by people, by outcome", "requests", "outcome"),
        ),
    }.get(risk.name, ())
    return [figures(sources, f"{risk.name}_{name}", title, table, attribute) for name, title, table, attribute in shown]


# --- what the controls do, and what the audit found of them ---------------------------------------------------------


@cache
def _shipped() -> dict[str, Pack]:
    return {name: read_pack(folder) for name, folder in shipped_packs().items()}


def _is_that(pin: PackPin, pack: Pack | None) -> bool:
    return pack is not None and (pack.version, pack.digest) == (pin.version, pin.digest)


def _packs(charter: Charter) -> list[Pack]:
    """The packs that the charter names, as far as these exact packs are available."""
    return [
        _shipped()[own_name(name)]
        for name, pin in charter.packs.items()
        if _is_that(pin, _shipped().get(own_name(name)))
    ]


def _not_at_hand(charter: Charter, packs: list[Pack]) -> list[RecordField]:
    """Says which packs of the charter could not be read: their controls are no measure of this document."""
    absent = [
        f"{name}, version {pin.version}: it is not available, so its controls are not listed."
        for name, pin in charter.packs.items()
        if own_name(name) not in {pack.name for pack in packs}
    ]
    return [stated("packs_absent", "Packs of the charter that are not available", *absent)] if absent else []


def _control_measures(name: str, sources: Sources, controls: list[Control]) -> list[RecordField]:
    """Controls with what the gate does, and their verdicts where the audit's findings were given."""
    charter = sources.charter
    title = "Relevant controls, and what the gate does"
    lines = tuple(f"{control.id}, {control.title}: {_BY_THE_GATE[control.gate]}." for control in controls)
    packs = f"the packs that version {charter.version} of the charter names"
    if not lines:
        lines = ("No available pack of the charter has a relevant control.",)
    return [RecordField(f"{name}_controls", title, lines, CHARTER, rests_on=packs), _verdicts(name, sources, controls)]


def _verdicts(name: str, sources: Sources, controls: list[Control]) -> RecordField:
    """What the audit found of the controls, by verdict; which of them it did not ask is said too."""
    field, title = f"{name}_verdicts", "What the audit found of these controls"
    release, verdict_of = sources.release, sources.verdicts
    if verdict_of is None or release is None:
        return RecordField(field, title, (), RELEASE, _WITHOUT_FINDINGS)
    by_verdict = {
        words: [control for control in controls if verdict_of.get(control.id, _NOT_ASKED) in verdicts]
        for words, verdicts in _VERDICT_WORDS.items()
    }
    lines = tuple(
        f"{words}: " + "; ".join(f"{control.id}, {control.title}" for control in held)
        for words, held in by_verdict.items()
        if held
    )
    source = f"the findings of the audit whose verdicts release {release.release} gives"
    return RecordField(field, title, lines or ("The audit ran no relevant control.",), RELEASE, rests_on=source)
