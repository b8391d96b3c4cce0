"""What one part of a charter asks of another, and what the law asks of them.

Each rule yields every fault it finds. The order follows the file, not the weight of the faults.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from overt.charter._draft import MOST_FAULTS, Draft, near
from overt.refusals import Refusal

# Shorter than one sentence of English: the default of the core pack's boilerplate_length.
SHORTEST_REASON = 20
FEWEST_WORDS = 3
# Bodies that decide on homes, schooling, benefits and stay. LAW: DPA 2018 ss.36(4), 37; control OV-48.
_NOT_FOR_SERVICES = ("victim", "witness")
_SERVICES = ("housing", "school", "benefits", "immigration")
# The law knows months; a charter that gives days may give as many as the longest of them have.
_DAYS_OF_MONTHS = {1: 31, 3: 92, 4: 123}
_JUVENILE_FOUR_MONTHS_FROM = dt.date(2018, 7, 20)
_DOCUMENTS = {
    "dpia": "data protection impact assessment (DPA 2018 s.64)",
    "eia": "equality impact assessment (Equality Act 2010 s.149)",
    "apd": "appropriate policy document (DPA 2018 s.42)",
}


def check_rules(draft: Draft) -> list[Refusal]:
    """Every fault between the parts of a charter, as far as they could be read; of very many, the first."""
    faults = chain(
        _version(draft),
        _lists(draft),
        _categories(draft),
        _assessments(draft),
        _standing(draft),
        _authorities(draft),
        _retention(draft),
        _recipients(draft),
        _thresholds(draft),
        _populations(draft),
        _noise(draft),
        _reasons(draft),
    )
    return list(islice(faults, MOST_FAULTS + 1))


def _version(draft: Draft) -> Iterator[Refusal]:
    adopted_on, effective_on = draft.adopted_on, draft.effective_on
    if adopted_on and effective_on and effective_on < adopted_on:
        found = f"it takes effect on {effective_on} and was adopted on {adopted_on}"
        yield Refusal("charter-dates", draft.at("effective_on"), found, "a later date than the adoption")
    if draft.version is None or "previous" not in draft.read:
        return
    if draft.version == 1 and draft.previous is not None:
        found = "version 1 names a version before it"
        yield Refusal("charter-previous", draft.at("previous"), found, "no `previous`", "remove the line")
    if draft.version > 1 and draft.previous is None:
        found = f"version {draft.version} does not name the one before it"
        wanted = f"previous = the SHA-256 digest of the file of version {draft.version - 1}"
        yield Refusal("charter-previous", draft.at("version"), found, wanted, "sha256sum FILE")


def _lists(draft: Draft) -> Iterator[Refusal]:
    lists: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(("roles",), draft.roles or ())]
    lists += [(("assessments", name, "covers"), each.covers) for name, each in draft.assessments.items()]
    for name, each in draft.recipients.items():
        lists += [(("recipients", name, "purposes"), each.purposes), (("recipients", name, "roles"), each.roles)]
    if draft.notification is not None:
        lists.append((("notification", "exemptions"), draft.notification.exemptions))
    for path, values in lists:
        for value, count in Counter(values).items():
            if count > 1:
                found = f"{value} stands {count} times in {'.'.join(path)}"
                yield Refusal("charter-name-twice", draft.at(*path), found, "each name only once")


def _categories(draft: Draft) -> Iterator[Refusal]:
    titles: dict[str, str] = {}
    for name, each in draft.categories.items():
        key = " ".join(each.title.casefold().split())
        if key in titles:
            found = f"categories.{name} has the title of categories.{titles[key]}"
            yield Refusal("charter-title-twice", draft.at("categories", name, "title"), found, "a different title")
        titles.setdefault(key, name)
        if each.retired_on and each.retired_on <= each.adopted_on:
            found = f"categories.{name} is retired on {each.retired_on} and adopted on {each.adopted_on}"
            yield Refusal(
                "charter-dates", draft.at("categories", name, "retired_on"), found, "a later date than the adoption"
            )
        if each.sensitive and each.condition is None:
            found = f"categories.{name} is sensitive and names no condition"
            wanted = "the condition of DPA 2018 Sch 8 that is relied on (s.35(5))"
            yield Refusal("charter-condition-missing", draft.at("categories", name), found, wanted)
        if each.condition is not None and not each.sensitive:
            found = f"categories.{name} names a condition and is not marked as sensitive"
            wanted = "sensitive = true, or no condition"
            yield Refusal("charter-not-sensitive", draft.at("categories", name, "condition"), found, wanted)
        yield from _assessed(draft, name)


def _assessed(draft: Draft, name: str) -> Iterator[Refusal]:
    """DPA 2018 s.64: an assessment before the processing. Control OV-54 asks the same of a register."""
    category, where = draft.categories[name], draft.at("categories", name, "assessment")
    known = draft.declared.get("assessments")
    if known is not None and category.assessment not in known:
        found = f"categories.{name} names {category.assessment}, which is not an assessment of this charter"
        yield Refusal("charter-assessment-unknown", where, found, near(category.assessment, sorted(known)))
    assessment = draft.assessments.get(category.assessment)
    if assessment is None:
        return
    if assessment.kind != "dpia":
        found = f"categories.{name} rests on {category.assessment}, which is not a dpia"
        yield Refusal("charter-assessment-kind", where, found, "a data protection impact assessment (DPA 2018 s.64)")
    if name not in assessment.covers:
        found = f"{category.assessment} does not cover {name}"
        wanted = "an assessment that speaks of the category"
        remedy = f'assess it, then add "{name}" to assessments.{category.assessment}.covers'
        yield Refusal("charter-not-covered", where, found, wanted, remedy)
    if assessment.signed_on > category.adopted_on:
        found = (
            f"{name} was adopted on {category.adopted_on}, before assessment {category.assessment} was signed on "
            f"{assessment.signed_on}"
        )
        wanted = "an assessment signed on or before the adoption date (DPA 2018 s.64)"
        remedy = "adopt the category on a later date. Do not backdate the signature"
        yield Refusal("charter-assessment-late", where, found, wanted, remedy)


def _assessments(draft: Draft) -> Iterator[Refusal]:
    known = draft.declared.get("categories")
    for name, each in draft.assessments.items():
        for number, category in enumerate(each.covers):
            if known is not None and category not in known:
                found = f"{name} covers {category}, which is not a category of this charter"
                where = draft.at("assessments", name, "covers", number)
                yield Refusal("charter-covers-unknown", where, found, near(category, sorted(known)))
        if each.review_due_on <= each.signed_on:
            found = f"{name} is due for review on {each.review_due_on} and was signed on {each.signed_on}"
            yield Refusal("charter-dates", draft.at("assessments", name, "review_due_on"), found, "a later date")
        consulted_on = each.officer_consulted_on
        if each.kind == "dpia" and consulted_on is None:
            found = f"{name} does not say when the data protection officer was consulted"
            wanted = "officer_consulted_on: control OV-64 asks it of each dpia"
            yield Refusal("charter-officer-not-consulted", draft.at("assessments", name), found, wanted)
        if consulted_on is not None and consulted_on > each.signed_on:
            found = f"{name} was signed on {each.signed_on}, the officer was consulted on {consulted_on}"
            yield Refusal(
                "charter-dates",
                draft.at("assessments", name, "officer_consulted_on"),
                found,
                "a date before the signature",
            )
        yield from _commissioner(draft, name)
        if each.reviewed_on is not None and each.reviewed_on < each.signed_on:
            found = f"{name} was reviewed on {each.reviewed_on} and signed on {each.signed_on}"
            yield Refusal(
                "charter-dates", draft.at("assessments", name, "reviewed_on"), found, "a date after the signature"
            )
        if draft.adopted_on is not None and each.signed_on > draft.adopted_on:
            found = f"{name} was signed on {each.signed_on}, this version was adopted on {draft.adopted_on}"
            yield Refusal(
                "charter-dates", draft.at("assessments", name, "signed_on"), found, "a date after the signature"
            )


def _commissioner(draft: Draft, name: str) -> Iterator[Refusal]:
    """DPA 2018 s.65: the Commissioner is consulted before a processing whose risk stays high. OV-63 asks the same."""
    each = draft.assessments[name]
    if each.kind != "dpia" or each.residual_risk != "high":
        return
    begins_on = min((kept.adopted_on for kept in draft.categories.values() if kept.assessment == name), default=None)
    consulted_on = each.commissioner_consulted_on
    if consulted_on is None:
        found = f"{name} states that the risk remains high, but not when the Commissioner was consulted"
    elif begins_on is not None and consulted_on > begins_on:
        found = f"{name} covers what began on {begins_on}, and the Commissioner was consulted on {consulted_on}"
    else:
        return
    wanted = "commissioner_consulted_on, by the first day of what it covers (DPA 2018 s.65)"
    yield Refusal("charter-commissioner-not-consulted", draft.at("assessments", name, "residual_risk"), found, wanted)


def _standing(draft: Draft) -> Iterator[Refusal]:
    """What rules on the day of effect is not past its review: controls OV-55a, OV-55b and OV-55d."""
    day, declared = draft.effective_on, draft.declared.get("assessments")
    if day is None or declared is None:
        return
    for name, each in draft.assessments.items():
        resting = [
            category
            for category, kept in draft.categories.items()
            if kept.assessment == name and (kept.retired_on is None or day < kept.retired_on)
        ]
        if each.review_due_on < day and resting:
            found = f"{name} is due for review on {each.review_due_on}, and {', '.join(resting)} still rest on it"
            where = draft.at("assessments", name, "review_due_on")
            yield Refusal("charter-assessment-overdue", where, found, f"an assessment that stands on {day}")
    # One that cannot be read may be the one that seems to be missing.
    if len(draft.assessments) < len(declared):
        return
    # Items with contradictory dates have already been reported.
    stands = (each for each in draft.assessments.values() if not each.signed_on < each.review_due_on < day)
    kinds = {each.kind for each in stands}
    # s.42(1): the policy document belongs to sensitive processing.
    sensitive = any(
        kept.sensitive and (kept.retired_on is None or day < kept.retired_on) for kept in draft.categories.values()
    )
    for kind, title in _DOCUMENTS.items():
        if kind not in kinds and (sensitive or kind != "apd"):
            found = f"no {title} that stands on {day}"
            wanted = f'an assessment with kind = "{kind}", not past its review'
            yield Refusal("charter-document-missing", draft.at("assessments"), found, wanted)


def _authorities(draft: Draft) -> Iterator[Refusal]:
    for name, each in draft.authorities.items():
        if (each.months is None) == (each.days is None):
            found = f"authorities.{name} has {'neither months nor days' if each.months is None else 'months and days'}"
            yield Refusal("charter-authority-length", draft.at("authorities", name), found, "one of the two")
            continue
        longest, law = _longest(name, draft.effective_on)
        if longest is None:
            continue
        field = "months" if each.days is None else "days"
        length, most = (each.months, longest) if each.days is None else (each.days, _DAYS_OF_MONTHS[longest])
        if length is not None and length > most:
            found = f"authorities.{name} may last {length} {field}"
            yield Refusal(
                "charter-authority-too-long", draft.at("authorities", name, field), found, f"{most} at most: {law}"
            )


def _longest(kind: str, day: dt.date | None) -> tuple[int | None, str]:
    """The longest an authority may last, in months, where the law is confirmed, and that law."""
    if kind == "directed_surveillance":
        return 3, "RIPA 2000 s.43"
    if kind == "juvenile_chis":
        if day is not None and day < _JUVENILE_FOUR_MONTHS_FROM:
            return 1, "SI 2000/2793, before SI 2018/715"
        return 4, "SI 2000/2793 as amended by SI 2018/715"
    return None, ""


def _retention(draft: Draft) -> Iterator[Refusal]:
    for name, each in draft.retention.items():
        if each.review_days > each.limit_years * 366:
            found = (
                f"retention.{name} is reviewed after {each.review_days} days and deleted after {each.limit_years} years"
            )
            wanted = "a review before the limit (DPA 2018 s.39(2))"
            yield Refusal("charter-review-beyond-limit", draft.at("retention", name, "review_days"), found, wanted)


def _recipients(draft: Draft) -> Iterator[Refusal]:
    purposes, agreements = draft.declared.get("purposes"), dict[str, str]()
    for name, each in draft.recipients.items():
        if each.ends_on < each.starts_on:
            found = f"the agreement with {name} ends on {each.ends_on} and starts on {each.starts_on}"
            yield Refusal("charter-dates", draft.at("recipients", name, "ends_on"), found, "a date after the start")
        if each.agreement in agreements:
            found = f"recipients.{name} has the agreement of recipients.{agreements[each.agreement]}"
            where = draft.at("recipients", name, "agreement")
            yield Refusal("charter-agreement-twice", where, found, "a different agreement for each recipient")
        agreements.setdefault(each.agreement, name)
        for number, purpose in enumerate(each.purposes):
            if purposes is not None and purpose not in purposes:
                found = f"recipients.{name} is sent entries for {purpose}, which is not a purpose of this charter"
                where = draft.at("recipients", name, "purposes", number)
                yield Refusal("charter-purpose-unknown", where, found, near(purpose, sorted(purposes)))
        for number, role in enumerate(each.roles):
            where = draft.at("recipients", name, "roles", number)
            if draft.roles is not None and role not in draft.roles:
                found = f"recipients.{name} is sent entries with the role {role}, which this charter does not allow"
                yield Refusal("charter-role-unknown", where, found, ", ".join(draft.roles))
            if each.kind in _SERVICES and role in _NOT_FOR_SERVICES:
                found = f"recipients.{name} is of the kind {each.kind} and would be sent entries with the role {role}"
                wanted = "no victims or witnesses to housing, schools, benefits or immigration (DPA 2018 ss.36(4), 37)"
                yield Refusal("charter-recipient-role", where, found, wanted)


def _thresholds(draft: Draft) -> Iterator[Refusal]:
    threshold, publication = draft.thresholds.get("safe_threshold"), draft.publication
    if threshold is not None and publication is not None and threshold.value != publication.safe_threshold:
        found = (
            f"thresholds.safe_threshold is {threshold.value}, publication.safe_threshold {publication.safe_threshold}"
        )
        yield Refusal("charter-two-answers", draft.at("thresholds", "safe_threshold"), found, "the same value in both")


def _populations(draft: Draft) -> Iterator[Refusal]:
    for name, each in draft.populations.items():
        if not sum(each.groups.values()):
            yield Refusal(
                "charter-population-empty",
                draft.at("populations", name),
                f"{name} is nobody",
                "counts that add up to more than zero",
            )


def _noise(draft: Draft) -> Iterator[Refusal]:
    """Noise has a mechanism, what a release spends of it, and what all may spend."""
    said = draft.publication
    if said is None:
        return
    if said.mechanism is None:
        for name in ("epsilon", "budget", "delta", "person_rows"):
            if getattr(said, name) is not None:
                found = f"publication.{name} is given, and no mechanism"
                yield Refusal("charter-noise", draft.at("publication", name), found, "mechanism, or none of the four")
        return
    for name in ("epsilon", "budget"):
        if getattr(said, name) is None:
            found = f"publication.mechanism is given, and no {name}"
            yield Refusal("charter-noise", draft.at("publication", "mechanism"), found, "mechanism, epsilon and budget")
    if said.epsilon is not None and said.budget is not None and said.budget < said.epsilon:
        found = f"publication.budget is {said.budget}, and one release spends {said.epsilon}"
        yield Refusal("charter-noise", draft.at("publication", "budget"), found, "enough for one release at least")
    if (said.delta is None) == (said.mechanism == "discrete_gaussian"):
        found = f"{said.mechanism} {'without' if said.delta is None else 'with'} a delta"
        wanted = "delta with discrete_gaussian, and with nothing else"
        yield Refusal("charter-noise", draft.at("publication", "mechanism"), found, wanted)


def _reasons(draft: Draft) -> Iterator[Refusal]:
    reasons = [("categories", name, each.reason) for name, each in draft.categories.items()]
    reasons += [("retention", name, each.reason) for name, each in draft.retention.items()]
    reasons += [("thresholds", name, each.reason) for name, each in draft.thresholds.items()]
    if draft.notification is not None and not is_sentence(draft.notification.reason):
        found = "the reason of notification is shorter than a sentence"
        wanted = f"{SHORTEST_REASON} characters and {FEWEST_WORDS} words at least"
        yield Refusal("charter-reason-short", draft.at("notification", "reason"), found, wanted)
    for section, name, reason in reasons:
        if not is_sentence(reason):
            found = f"the reason of {section}.{name} is shorter than a sentence"
            wanted = f"{SHORTEST_REASON} characters and {FEWEST_WORDS} words at least"
            yield Refusal("charter-reason-short", draft.at(section, name, "reason"), found, wanted)


def is_sentence(text: str) -> bool:
    """Whether a reason is long enough to be one; whether it is a good one needs a reader."""
    plain = " ".join(text.split())
    return len(plain) >= SHORTEST_REASON and len(re.findall(r"\w+", plain)) >= FEWEST_WORDS
