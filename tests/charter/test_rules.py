"""What one part of a charter asks of another: from the law first."""

from __future__ import annotations

import pytest

from tests.charter.charters import NAME, TEXT, edited, line_of, refused

# The law or promise, the edit that breaks it, the code, and a text on the line that is named.
RULES = {
    "effect before adoption": (
        "effective_on = 2026-02-02",
        "effective_on = 2026-01-04",
        "charter-dates",
        "effective_on",
    ),
    "first version that names another": (
        "version = 1",
        f'version = 1\nprevious = "{"0" * 64}"',
        "charter-previous",
        "previous",
    ),
    "later version that names none": ("version = 1", "version = 2", "charter-previous", "version"),
    "promise to tell people without a reason": (
        "[publication]",
        '[notification]\nwhen = "before"\ndays = 7\nchild = "parent"\nreason = "because"\n\n[publication]',
        "charter-reason-short",
        "because",
    ),
    "exemption named twice": (
        "[publication]",
        '[notification]\nwhen = "after"\ndays = 28\nchild = "both"\nreason = "People have a right to answer."\n'
        'exemptions = ["s.1", "s.1"]\n\n[publication]',
        "charter-name-twice",
        "exemptions",
    ),
    "role given twice": (
        'roles = ["suspect", "victim"',
        'roles = ["suspect", "suspect", "victim"',
        "charter-name-twice",
        "roles",
    ),
    "category covered twice": (
        'covers = ["ethnicity"]',
        'covers = ["ethnicity", "ethnicity"]',
        "charter-name-twice",
        'covers = ["ethnicity", "ethnicity"]',
    ),
    "two categories of one title": (
        'title = "Ethnicity"',
        'title = "account  handle"',
        "charter-title-twice",
        'title = "account  handle"',
    ),
    "category retired before it is adopted": (
        "adopted_on = 2026-02-02",
        "adopted_on = 2026-02-02\nretired_on = 2026-02-02",
        "charter-dates",
        "retired_on",
    ),
    "sensitive category without a condition (s.35)": (
        'condition = "statutory"\n',
        "",
        "charter-condition-missing",
        "[categories.ethnicity]",
    ),
    "condition without the mark of sensitivity": ("sensitive = true\n", "", "charter-not-sensitive", "condition"),
    "category without an assessment that exists (s.64)": (
        'assessment = "DPIA-1"',
        'assessment = "DPIA-2"',
        "charter-assessment-unknown",
        'assessment = "DPIA-2"',
    ),
    "category that its assessment does not cover": (
        'covers = ["account_handle", "ethnicity"]',
        'covers = ["ethnicity"]',
        "charter-not-covered",
        'assessment = "DPIA-1"',
    ),
    "category in use before its assessment was signed (OV-54)": (
        "adopted_on = 2026-02-02",
        "adopted_on = 2025-11-30",
        "charter-assessment-late",
        'assessment = "DPIA-1"',
    ),
    "recipient for a purpose of no charter": (
        'purposes = ["prevention"]',
        'purposes = ["preventing"]',
        "charter-purpose-unknown",
        'purposes = ["preventing"]',
    ),
    "policy document past its review (OV-55b)": (
        'review_due_on = 2026-12-01\ncovers = ["ethnicity"]',
        'review_due_on = 2026-02-01\ncovers = ["ethnicity"]',
        "charter-document-missing",
        "[assessments.DPIA-1]",
    ),
    "assessment that covers no category": (
        'covers = ["ethnicity"]',
        'covers = ["ethnicity", "age"]',
        "charter-covers-unknown",
        'covers = ["ethnicity", "age"]',
    ),
    "review due before the signature": (
        "review_due_on = 2026-12-01\ncovers",
        "review_due_on = 2025-12-01\ncovers",
        "charter-dates",
        "review_due_on = 2025-12-01",
    ),
    "dpia without the officer (OV-64)": (
        "officer_consulted_on = 2025-11-15\n",
        "",
        "charter-officer-not-consulted",
        "[assessments.DPIA-1]",
    ),
    "risk that stays high without the Commissioner (s.65, OV-63)": (
        "officer_consulted_on = 2025-11-15\n",
        'officer_consulted_on = 2025-11-15\nresidual_risk = "high"\n',
        "charter-commissioner-not-consulted",
        'residual_risk = "high"',
    ),
    "Commissioner consulted after the first use": (
        "officer_consulted_on = 2025-11-15\n",
        'officer_consulted_on = 2025-11-15\nresidual_risk = "high"\ncommissioner_consulted_on = 2030-01-01\n',
        "charter-commissioner-not-consulted",
        'residual_risk = "high"',
    ),
    "reviewed before the signature": (
        "officer_consulted_on = 2025-11-15\n",
        "officer_consulted_on = 2025-11-15\nreviewed_on = 2025-11-16\n",
        "charter-dates",
        "reviewed_on = 2025-11-16",
    ),
    "officer consulted after the signature": (
        "officer_consulted_on = 2025-11-15",
        "officer_consulted_on = 2025-12-02",
        "charter-dates",
        "officer_consulted_on",
    ),
    "assessment signed after the adoption": (
        "signed_on = 2025-12-01\nreview_due_on = 2026-12-01\ncovers",
        "signed_on = 2026-01-06\nreview_due_on = 2026-12-01\ncovers",
        "charter-dates",
        "signed_on = 2026-01-06",
    ),
    "no equality assessment (s.149, OV-55d)": (
        'kind = "eia"',
        'kind = "apd"',
        "charter-document-missing",
        "[assessments.DPIA-1]",
    ),
    "directed surveillance beyond three months (RIPA s.43)": (
        "months = 3",
        "months = 4",
        "charter-authority-too-long",
        "months",
    ),
    "directed surveillance beyond three months, in days": (
        "months = 3",
        "days = 93",
        "charter-authority-too-long",
        "days = 93",
    ),
    "juvenile source beyond four months (SI 2018/715)": (
        "[authorities.directed_surveillance]\nmonths = 3",
        "[authorities.juvenile_chis]\nmonths = 5",
        "charter-authority-too-long",
        "months = 5",
    ),
    "authority without a length": (
        "months = 3\n",
        "",
        "charter-authority-length",
        "[authorities.directed_surveillance]",
    ),
    "authority with two lengths": (
        "months = 3",
        "months = 3\ndays = 90",
        "charter-authority-length",
        "[authorities.directed_surveillance]",
    ),
    "first review after the limit (s.39)": (
        "review_days = 92",
        "review_days = 2000",
        "charter-review-beyond-limit",
        "review_days",
    ),
    "agreement that ends before it starts": (
        "ends_on = 2027-02-01",
        "ends_on = 2026-02-01",
        "charter-dates",
        "ends_on",
    ),
    "recipient of a role not allowed": (
        'roles = ["suspect"]',
        'roles = ["convicted"]',
        "charter-role-unknown",
        'roles = ["convicted"]',
    ),
    "suspects may be sent to housing, under an agreement": ('kind = "police"', 'kind = "housing"', "", ""),
    "reason of a category shorter than a sentence": (
        'reason = "An item has to say where it came from."',
        'reason = "Needed."',
        "charter-reason-short",
        'reason = "Needed."',
    ),
    "reason of a group shorter than a sentence": (
        'reason = "After five years no purpose is left."',
        'reason = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        "charter-reason-short",
        'reason = "aaaa',
    ),
    "reason of a threshold that is empty": (
        'reason = "Nobody younger is listed by this controller."',
        'reason = ""',
        "charter-reason-short",
        'reason = ""',
    ),
    "two values for one threshold": (
        "[thresholds.minimum_age]\nvalue = 15",
        "[thresholds.safe_threshold]\nvalue = 5",
        "charter-two-answers",
        "[thresholds.safe_threshold]",
    ),
    "noise without a budget": ("budget = 12.0\n", "", "charter-noise", "mechanism"),
    "noise without a mechanism": ('mechanism = "discrete_laplace"\nepsilon = 1.5\n', "", "charter-noise", "budget"),
    "budget for less than one release": ("budget = 12.0", "budget = 1.0", "charter-noise", "budget"),
    "budget for one release": ("budget = 12.0", "budget = 1.5", "", ""),
    "Gaussian noise without a delta": ("discrete_laplace", "discrete_gaussian", "charter-noise", "mechanism"),
    "Laplace noise with a delta": ("budget = 12.0", "budget = 12.0\ndelta = 1e-6", "charter-noise", "mechanism"),
    "population of nobody": (
        "{ Asian = 100, Black = 100, White = 800 }",
        "{ White = 0 }",
        "charter-population-empty",
        "[populations",
    ),
}


@pytest.mark.parametrize("rule", [rule for rule, (_, _, code, _) in RULES.items() if code])
def test_what_breaks_a_rule_is_refused_with_its_line(rule: str) -> None:
    """One refusal, with the code of the rule and the line that has to be fixed."""
    old, new, code, on_line = RULES[rule]
    text = edited(old, new)
    found = refused(text)
    assert [(each.code, each.where) for each in found] == [(code, f"{NAME}, line {line_of(text, on_line)}")]


@pytest.mark.parametrize("rule", [rule for rule, (_, _, code, _) in RULES.items() if not code])
def test_what_keeps_the_rule_is_read(rule: str) -> None:
    """The nearest thing that is not a fault."""
    old, new, _, _ = RULES[rule]
    assert refused(edited(old, new)) == []


@pytest.mark.parametrize("kind", ["housing", "school", "benefits", "immigration"])
@pytest.mark.parametrize("role", ["victim", "witness"])
def test_victims_and_witnesses_are_not_sent_to_services(kind: str, role: str) -> None:
    """A charter cannot promise what control OV-48 calls a critical breach."""
    text = edited('roles = ["suspect"]', f'roles = ["{role}"]', edited('kind = "police"', f'kind = "{kind}"'))
    (found,) = refused(text)
    assert found.code == "charter-recipient-role"
    on_line = line_of(text, f'roles = ["{role}"]')
    assert found.where == f"{NAME}, line {on_line}"
    assert "DPA 2018 ss.36(4), 37" in found.wanted


def test_category_cannot_rest_on_an_equality_assessment() -> None:
    """Section 64 asks for an impact assessment of data protection."""
    text = edited('assessment = "DPIA-1"', 'assessment = "EIA-1"')
    assert [each.code for each in refused(text)] == ["charter-assessment-kind"]


def test_policy_document_belongs_to_sensitive_categories() -> None:
    """Section 42(1), control OV-55b: a register that holds nothing sensitive needs none."""
    document = TEXT[TEXT.index("[assessments.APD-1]") : TEXT.index("[authorities.directed")]
    without = edited(document, "")
    (found,) = refused(without)
    assert (found.code, "policy document" in found.found) == ("charter-document-missing", True)
    assert refused(edited('sensitive = true\ncondition = "statutory"\n', "", without)) == []


def test_two_recipients_do_not_share_one_agreement() -> None:
    """Each body has an agreement of its own."""
    block = TEXT[TEXT.index("[recipients.example_force]") : TEXT.index("[thresholds")]
    text = edited(block, block + block.replace("example_force", "other_force"))
    (found,) = refused(text)
    assert found.code == "charter-agreement-twice"
    assert found.where == f"{NAME}, line {line_of(text, '[recipients.other_force]') + 3}"


def test_law_on_the_day_of_effect_decides_on_a_juvenile_source() -> None:
    """Before SI 2018/715 a juvenile source could last one month, since then four."""
    text = edited("[authorities.directed_surveillance]\nmonths = 3", "[authorities.juvenile_chis]\nmonths = 4")
    assert refused(text) == []
    for year in ("2027", "2026", "2025"):
        text = text.replace(f"{year}-", f"{int(year) - 9}-")
    (found,) = refused(text)
    assert found.code == "charter-authority-too-long"
    assert found.wanted == "1 at most: SI 2000/2793, before SI 2018/715"


def test_longest_time_says_its_source() -> None:
    """Who is refused can look the law up."""
    (found,) = refused(edited("months = 3", "months = 12"))
    assert found.wanted == "3 at most: RIPA 2000 s.43"


def test_length_whose_law_is_not_confirmed_is_not_judged() -> None:
    """Twelve months of a covert source are believed and not confirmed: control OV-40 asks, the charter does not."""
    text = edited("[authorities.directed_surveillance]\nmonths = 3", "[authorities.chis]\nmonths = 13")
    assert refused(text) == []


def test_assessment_past_its_review_is_told_once() -> None:
    """With the categories that rest on it (OV-55a); and no other dpia stands."""
    text = edited("review_due_on = 2026-12-01", "review_due_on = 2026-02-01")
    missing, overdue = refused(text)
    assert (missing.code, overdue.code) == ("charter-document-missing", "charter-assessment-overdue")
    assert overdue.where == f"{NAME}, line {line_of(text, 'review_due_on')}"
    assert "account_handle, ethnicity still rest on it" in overdue.found


def test_retired_category_may_rest_on_an_old_assessment() -> None:
    """Nobody reviews an assessment of what is no longer recorded."""
    text = edited("adopted_on = 2026-02-02", "adopted_on = 2025-12-01\nretired_on = 2026-02-02")
    block = text[text.index("[assessments.DPIA-1]") : text.index("[assessments.EIA-1]")]
    old = block.replace("DPIA-1", "DPIA-0").replace("review_due_on = 2026-12-01", "review_due_on = 2026-01-01")
    text = edited('assessment = "DPIA-1"', 'assessment = "DPIA-0"', edited(block, block + old, text))
    assert refused(text) == []


def test_near_name_is_offered() -> None:
    """A slip of the pen in a name is answered with the name."""
    (found,) = refused(edited('purposes = ["prevention"]', 'purposes = ["preventoin"]'))
    assert found.wanted == "prevention?"
