"""What one part of a charter asks of another, and what the law asks of them.

Each rule yields every fault it finds. The order follows the file, not the weight of the faults.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from overt.charter._draft import MOST_FAULTS, CharterDraft, near
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


def check_rules(draft: CharterDraft) -> list[Refusal]:
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


def _version(draft: CharterDraft) -> Iterator[Refusal]:
    adopted_on, effective_on = draft.adopted_on, draft.effective_on
    if adopted_on and effective_on and effective_on < adopted_on:
        problem = f"it takes effect on {effective_on} and was adopted on {adopted_on}"
        yield Refusal("charter-dates", draft.at("effective_on"), problem, "a later date than the adoption")
    if draft.version is None or "previous" not in draft.read:
        return
    if draft.version == 1 and draft.previous is not None:
        problem = "version 1 names a version before it"
        yield Refusal("charter-previous", draft.at("previous"), problem, "no `previous`", "remove the line")
    if draft.version > 1 and draft.previous is None:
        problem = f"version {draft.version} does not name the one before it"
        wanted = f"previous = the SHA-256 digest of the file of version {draft.version - 1}"
        yield Refusal("charter-previous", draft.at("version"), problem, wanted, "sha256sum FILE")


def _lists(draft: CharterDraft) -> Iterator[Refusal]:
    lists: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(("roles",), draft.roles or ())]
    lists += [(("assessments", name, "covers"), assessment.covers) for name, assessment in draft.assessments.items()]
    for name, recipient in draft.recipients.items():
        where = "recipients", name
        lists += [((*where, "purposes"), recipient.purposes), ((*where, "roles"), recipient.roles)]
    if draft.notification is not None:
        lists.append((("notification", "exemptions"), draft.notification.exemptions))
    for path, values in lists:
        for value, count in Counter(values).items():
            if count > 1:
                problem = f"{value} stands {count} times in {'.'.join(path)}"
                yield Refusal("charter-name-twice", draft.at(*path), problem, "each name only once")


def _categories(draft: CharterDraft) -> Iterator[Refusal]:
    titles: dict[str, str] = {}
    for name, category in draft.categories.items():
        key = " ".join(category.title.casefold().split())
        if key in titles:
            problem = f"categories.{name} has the title of categories.{titles[key]}"
            yield Refusal("charter-title-twice", draft.at("categories", name, "title"), problem, "a different title")
        titles.setdefault(key, name)
        if category.retired_on and category.retired_on <= category.adopted_on:
            problem = f"categories.{name} is retired on {category.retired_on} and adopted on {category.adopted_on}"
            yield Refusal(
                "charter-dates", draft.at("categories", name, "retired_on"), problem, "a later date than the adoption"
            )
        if category.sensitive and category.condition is None:
            problem = f"categories.{name} is sensitive and names no condition"
            wanted = "the condition of DPA 2018 Sch 8 that is relied on (s.35(5))"
            yield Refusal("charter-condition-missing", draft.at("categories", name), problem, wanted)
        if category.condition is not None and not category.sensitive:
            problem = f"categories.{name} names a condition and is not marked as sensitive"
            wanted = "sensitive = true, or no condition"
            yield Refusal("charter-not-sensitive", draft.at("categories", name, "condition"), problem, wanted)
        yield from _assessed(draft, name)


def _assessed(draft: CharterDraft, name: str) -> Iterator[Refusal]:
    """DPA 2018 s.64: an assessment before the processing. Control OV-54 asks the same of a register."""
    category, where = draft.categories[name], draft.at("categories", name, "assessment")
    known = draft.declared.get("assessments")
    if known is not None and category.assessment not in known:
        problem = f"categories.{name} names {category.assessment}, which is not an assessment of this charter"
        yield Refusal("charter-assessment-unknown", where, problem, near(category.assessment, sorted(known)))
    assessment = draft.assessments.get(category.assessment)
    if assessment is None:
        return
    if assessment.kind != "dpia":
        problem = f"categories.{name} rests on {category.assessment}, which is not a dpia"
        yield Refusal("charter-assessment-kind", where, problem, "a data protection impact assessment (DPA 2018 s.64)")
    if name not in assessment.covers:
        problem = f"{category.assessment} does not cover {name}"
        wanted = "an assessment that speaks of the category"
        remedy = f'assess it, then add "{name}" to assessments.{category.assessment}.covers'
        yield Refusal("charter-not-covered", where, problem, wanted, remedy)
    if assessment.signed_on > category.adopted_on:
        problem = (
            f"{name} was adopted on {category.adopted_on}, before assessment {category.assessment} was signed on "
            f"{assessment.signed_on}"
        )
        wanted = "an assessment signed on or before the adoption date (DPA 2018 s.64)"
        remedy = "adopt the category on a later date. Do not backdate the signature"
        yield Refusal("charter-assessment-late", where, problem, wanted, remedy)


def _assessments(draft: CharterDraft) -> Iterator[Refusal]:
    known = draft.declared.get("categories")
    for name, assessment in draft.assessments.items():
        for number, category in enumerate(assessment.covers):
            if known is not None and category not in known:
                problem = f"{name} covers {category}, which is not a category of this charter"
                where = draft.at("assessments", name, "covers", number)
                yield Refusal("charter-covers-unknown", where, problem, near(category, sorted(known)))
        if assessment.review_due_on <= assessment.signed_on:
            problem = f"{name} is due for review on {assessment.review_due_on} and was signed on {assessment.signed_on}"
            yield Refusal("charter-dates", draft.at("assessments", name, "review_due_on"), problem, "a later date")
        consulted_on = assessment.officer_consulted_on
        if assessment.kind == "dpia" and consulted_on is None:
            problem = f"{name} does not say when the data protection officer was consulted"
            wanted = "officer_consulted_on: control OV-64 asks it of each dpia"
            yield Refusal("charter-officer-not-consulted", draft.at("assessments", name), problem, wanted)
        if consulted_on is not None and consulted_on > assessment.signed_on:
            problem = f"{name} was signed on {assessment.signed_on}, the officer was consulted on {consulted_on}"
            yield Refusal(
                "charter-dates",
                draft.at("assessments", name, "officer_consulted_on"),
                problem,
                "a date before the signature",
            )
        yield from _commissioner(draft, name)
        if assessment.reviewed_on is not None and assessment.reviewed_on < assessment.signed_on:
            problem = f"{name} was reviewed on {assessment.reviewed_on} and signed on {assessment.signed_on}"
            yield Refusal(
                "charter-dates", draft.at("assessments", name, "reviewed_on"), problem, "a date after the signature"
            )
        if draft.adopted_on is not None and assessment.signed_on > draft.adopted_on:
            problem = f"{name} was signed on {assessment.signed_on}, this version was adopted on {draft.adopted_on}"
            yield Refusal(
                "charter-dates", draft.at("assessments", name, "signed_on"), problem, "a date after the signature"
            )


def _commissioner(draft: CharterDraft, name: str) -> Iterator[Refusal]:
    """DPA 2018 s.65: the Commissioner is consulted before a processing whose risk stays high. OV-63 asks the same."""
    assessment = draft.assessments[name]
    if assessment.kind != "dpia" or assessment.residual_risk != "high":
        return
    begins_on = min((held.adopted_on for held in draft.categories.values() if held.assessment == name), default=None)
    consulted_on = assessment.commissioner_consulted_on
    if consulted_on is None:
        problem = f"{name} states that the risk remains high, but not when the Commissioner was consulted"
    elif begins_on is not None and consulted_on > begins_on:
        problem = f"{name} covers what began on {begins_on}, and the Commissioner was consulted on {consulted_on}"
    else:
        return
    wanted = "commissioner_consulted_on, by the first day of what it covers (DPA 2018 s.65)"
    yield Refusal("charter-commissioner-not-consulted", draft.at("assessments", name, "residual_risk"), problem, wanted)


def _standing(draft: CharterDraft) -> Iterator[Refusal]:
    """What rules on the day of effect is not past its review: controls OV-55a, OV-55b and OV-55d."""
    day, declared = draft.effective_on, draft.declared.get("assessments")
    if day is None or declared is None:
        return
    for name, document in draft.assessments.items():
        resting = [
            category
            for category, terms in draft.categories.items()
            if terms.assessment == name and (terms.retired_on is None or day < terms.retired_on)
        ]
        if document.review_due_on < day and resting:
            problem = f"{name} is due for review on {document.review_due_on}, and {', '.join(resting)} still rest on it"
            where = draft.at("assessments", name, "review_due_on")
            yield Refusal("charter-assessment-overdue", where, problem, f"an assessment that stands on {day}")
    # One that cannot be read may be the one that seems to be missing.
    if len(draft.assessments) < len(declared):
        return
    # Items with contradictory dates have already been reported.
    kinds = {part.kind for part in draft.assessments.values() if not part.signed_on < part.review_due_on < day}
    # s.42(1): the policy document belongs to sensitive processing.
    sensitive = any(
        held.sensitive and (held.retired_on is None or day < held.retired_on) for held in draft.categories.values()
    )
    for kind, title in _DOCUMENTS.items():
        if kind not in kinds and (sensitive or kind != "apd"):
            problem = f"no {title} that stands on {day}"
            wanted = f'an assessment with kind = "{kind}", not past its review'
            yield Refusal("charter-document-missing", draft.at("assessments"), problem, wanted)


def _authorities(draft: CharterDraft) -> Iterator[Refusal]:
    for name, authority in draft.authorities.items():
        if (authority.months is None) == (authority.days is None):
            both = "neither months nor days" if authority.months is None else "months and days"
            problem = f"authorities.{name} has {both}"
            yield Refusal("charter-authority-length", draft.at("authorities", name), problem, "one of the two")
            continue
        longest, law = _longest(name, draft.effective_on)
        if longest is None:
            continue
        field, length, most = "days", authority.days, _DAYS_OF_MONTHS[longest]
        if length is None:
            field, length, most = "months", authority.months, longest
        if length is not None and length > most:
            problem = f"authorities.{name} may last {length} {field}"
            yield Refusal(
                "charter-authority-too-long", draft.at("authorities", name, field), problem, f"{most} at most: {law}"
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


def _retention(draft: CharterDraft) -> Iterator[Refusal]:
    for name, rule in draft.retention.items():
        if rule.review_days > rule.limit_years * 366:
            problem = (
                f"retention.{name} is reviewed after {rule.review_days} days and deleted after {rule.limit_years} years"
            )
            wanted = "a review before the limit (DPA 2018 s.39(2))"
            yield Refusal("charter-review-beyond-limit", draft.at("retention", name, "review_days"), problem, wanted)


def _recipients(draft: CharterDraft) -> Iterator[Refusal]:
    purposes, agreements = draft.declared.get("purposes"), dict[str, str]()
    for name, recipient in draft.recipients.items():
        if recipient.ends_on < recipient.starts_on:
            problem = f"the agreement with {name} ends on {recipient.ends_on} and starts on {recipient.starts_on}"
            yield Refusal("charter-dates", draft.at("recipients", name, "ends_on"), problem, "a date after the start")
        if recipient.agreement in agreements:
            problem = f"recipients.{name} has the agreement of recipients.{agreements[recipient.agreement]}"
            where = draft.at("recipients", name, "agreement")
            yield Refusal("charter-agreement-twice", where, problem, "a different agreement for each recipient")
        agreements.setdefault(recipient.agreement, name)
        for number, purpose in enumerate(recipient.purposes):
            if purposes is not None and purpose not in purposes:
                problem = f"recipients.{name} is sent entries for {purpose}, which is not a purpose of this charter"
                where = draft.at("recipients", name, "purposes", number)
                yield Refusal("charter-purpose-unknown", where, problem, near(purpose, sorted(purposes)))
        for number, role in enumerate(recipient.roles):
            where = draft.at("recipients", name, "roles", number)
            if draft.roles is not None and role not in draft.roles:
                problem = f"recipients.{name} is sent entries with the role {role}, which this charter does not allow"
                yield Refusal("charter-role-unknown", where, problem, ", ".join(draft.roles))
            if recipient.kind in _SERVICES and role in _NOT_FOR_SERVICES:
                problem = (
                    f"recipients.{name} is of the kind {recipient.kind} and would be sent entries with the role {role}"
                )
                wanted = "no victims or witnesses to housing, schools, benefits or immigration (DPA 2018 ss.36(4), 37)"
                yield Refusal("charter-recipient-role", where, problem, wanted)


def _thresholds(draft: CharterDraft) -> Iterator[Refusal]:
    threshold, publication = draft.thresholds.get("safe_threshold"), draft.publication
    if threshold is not None and publication is not None and threshold.value != publication.safe_threshold:
        problem = (
            f"thresholds.safe_threshold is {threshold.value}, publication.safe_threshold {publication.safe_threshold}"
        )
        where = draft.at("thresholds", "safe_threshold")
        yield Refusal("charter-two-answers", where, problem, "the same value in both")


def _populations(draft: CharterDraft) -> Iterator[Refusal]:
    for name, population in draft.populations.items():
        if not sum(population.groups.values()):
            yield Refusal(
                "charter-population-empty",
                draft.at("populations", name),
                f"{name} is nobody",
                "counts that add up to more than zero",
            )


def _noise(draft: CharterDraft) -> Iterator[Refusal]:
    """Noise has a mechanism, what a release spends of it, and what all may spend."""
    rules = draft.publication
    if rules is None:
        return
    if rules.mechanism is None:
        for name in ("epsilon", "budget", "delta", "person_rows"):
            if getattr(rules, name) is not None:
                problem = f"publication.{name} is given, and no mechanism"
                yield Refusal("charter-noise", draft.at("publication", name), problem, "mechanism, or none of the four")
        return
    for name in ("epsilon", "budget"):
        if getattr(rules, name) is None:
            problem = f"publication.mechanism is given, and no {name}"
            yield Refusal(
                "charter-noise", draft.at("publication", "mechanism"), problem, "mechanism, epsilon and budget"
            )
    if rules.epsilon is not None and rules.budget is not None and rules.budget < rules.epsilon:
        problem = f"publication.budget is {rules.budget}, and one release spends {rules.epsilon}"
        yield Refusal("charter-noise", draft.at("publication", "budget"), problem, "enough for one release at least")
    if (rules.delta is None) == (rules.mechanism == "discrete_gaussian"):
        problem = f"{rules.mechanism} {'without' if rules.delta is None else 'with'} a delta"
        wanted = "delta with discrete_gaussian, and with nothing else"
        yield Refusal("charter-noise", draft.at("publication", "mechanism"), problem, wanted)


def _reasons(draft: CharterDraft) -> Iterator[Refusal]:
    reasons = [("categories", name, category.reason) for name, category in draft.categories.items()]
    reasons += [("retention", name, rule.reason) for name, rule in draft.retention.items()]
    reasons += [("thresholds", name, threshold.reason) for name, threshold in draft.thresholds.items()]
    if draft.notification is not None and not is_sentence(draft.notification.reason):
        problem = "the reason of notification is shorter than a sentence"
        wanted = f"{SHORTEST_REASON} characters and {FEWEST_WORDS} words at least"
        yield Refusal("charter-reason-short", draft.at("notification", "reason"), problem, wanted)
    for section, name, reason in reasons:
        if not is_sentence(reason):
            problem = f"the reason of {section}.{name} is shorter than a sentence"
            wanted = f"{SHORTEST_REASON} characters and {FEWEST_WORDS} words at least"
            yield Refusal("charter-reason-short", draft.at(section, name, "reason"), problem, wanted)


def is_sentence(text: str) -> bool:
    """Whether a reason is long enough to be one; whether it is a good one needs a reader."""
    plain = " ".join(text.split())
    return len(plain) >= SHORTEST_REASON and len(re.findall(r"\w+", plain)) >= FEWEST_WORDS
