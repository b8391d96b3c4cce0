"""report.html and verdict.html: what the figures say, for a person to read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from overt.pages import as_bytes, clip, listed, page_environment, percent
from overt.watchlists import _plots as plots
from overt.watchlists._tally import MOST_SETS

TEMPLATES = Path(__file__).with_name("templates")
MOST_TERMS = 20
MOST_NAMED = 100
MOST_LEVELS = 40
TITLES = {"group": "group", "function": "function", "genre": "genre", "dialect": "dialect"}

Json = dict[str, Any]


def report(account: Json) -> bytes:
    """The report as bytes of HTML; nothing in it is fetched from anywhere and nothing in it runs."""
    return as_bytes(_environment().get_template("report.html.j2").render(_context(account)))


def verdict_page(account: Json) -> bytes:
    """The verdict on one page."""
    return as_bytes(_environment().get_template("verdict.html.j2").render(_context(account)))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = page_environment(TEMPLATES)
    environment.filters.update(
        percent=percent, number=lambda count: f"{count:,}", within=_within, listed=listed, clip=clip,
        ratio=_ratio, matching=_matching, probability=_probability,
    )  # fmt: skip
    environment.globals["own_css"] = Markup((TEMPLATES / "watchlist.css").read_text(encoding="utf-8"))  # noqa: S704
    return environment


def _context(account: Json) -> Json:
    terms = {term["id"]: term for term in account["per_term"]}
    divisions = [(name, account[f"by_{name}"]) for name in TITLES if account[f"by_{name}"]]
    return {
        "made": account,
        "overall": account["overall"],
        "terms": terms,
        "title": f"Test of the keyword list {account['list']['name']}",
        "divisions": [(name, levels, _levels_plot(name, levels), worst_first(levels)) for name, levels in divisions],
        "worst": _worst(account["by_group"]),
        "rare": account["at_prevalence"][1],
        "pictures": [_picture(sample) for sample in account["at_prevalence"]],
        "harm": most_harm(account["per_term"], MOST_TERMS),
        "identity": [terms[term_id] for term_id in account["identity_terms"]],
        "ordinary": [terms[term_id] for term_id in account["ordinary_terms"]],
        "needless": [terms[term_id] for term_id in account["needless_terms"]],
        "variants_plot": variants_plot(account["variants"]),
        "curve_plot": _curve_plot(account),
        "curve": _curve_lines(account["learning_curve"]),
        "wrongly": [probe for probe in account["probes"] if not probe["should_be_flagged"]],
        "missed": [probe for probe in account["probes"] if probe["should_be_flagged"]],
        "MOST_NAMED": MOST_NAMED,
        "MOST_SETS": MOST_SETS,
    }  # fmt: skip


def _levels_plot(name: str, levels: Json) -> Markup | None:
    """False-positive rates with limits, the highest first."""
    shown = [(level, measures) for level, measures in levels.items() if measures["negatives"]]
    shown.sort(key=lambda pair: (-pair[1]["false_positive_rate"], pair[0]))
    items = [
        bar_of(level, measures, "false_positive_rate", "false_positives", "negatives")
        for level, measures in shown[:MOST_LEVELS]
    ]
    if not items:
        return None
    what = f"Share of the harmless texts of each {name} that the list flags, highest first, with limits."
    return plots.limited(f"p-{name}", f"False positives by {name}", what, items)


def worst_first(levels: Json) -> list[tuple[str, Json]]:
    """Levels with their measures, those whose harmless texts are flagged most often first."""

    def order(pair: tuple[str, Json]) -> tuple[float, float, str]:
        level, measures = pair
        rate, recall = measures["false_positive_rate"], measures["recall"]
        return (1 if rate is None else -rate, 1 if recall is None else -recall, level)

    return sorted(levels.items(), key=order)


def bar_of(label: str, measures: Json, rate: str, part: str, of: str) -> plots.Limited:
    """The bar of a rate that is known, with its limits and the counts that it is made of."""
    low, high = measures[f"{rate}_interval"]
    return plots.Limited(
        label, f"{percent(measures[rate])} ({measures[part]:,} of {measures[of]:,})", measures[rate], low, high
    )


def variants_plot(variants: Sequence[Json]) -> Markup | None:
    """False-positive rates of every way of matching; none where no text is harmless."""
    if not variants[0]["negatives"] or len(variants) < 2:
        return None
    items = [
        bar_of(variant["name"], variant, "false_positive_rate", "false_positives", "negatives") for variant in variants
    ]
    what = "Share of the harmless texts that the list flags with each matching method, with limits."
    return plots.limited("p-variants", "False positives by matching method", what, items)


def _picture(sample: Json) -> tuple[Json, Markup | None]:
    wrong = sample["wrong_of_1000_warnings"]
    if wrong is None:
        return sample, None
    return sample, plots.thousand(f"p-in-{sample['one_in']}", wrong, f"One thousand alerts, of which {wrong} are false")


def _worst(groups: Json | None) -> tuple[tuple[str, Json], tuple[str, Json]] | None:
    """The groups whose harmless texts are flagged most and least often."""
    shown = [
        (name, measures)
        for name, measures in (groups or {}).items()
        if measures["negatives"] >= 10 and name != "(not given)"
    ]
    if len(shown) < 2:
        return None
    shown.sort(key=lambda pair: (pair[1]["false_positive_rate"], pair[0]))
    return shown[-1], shown[0]


def most_harm(terms: Sequence[Json], most: int) -> list[Json]:
    """The terms that flag harmless texts, those that flag most of them first."""
    wrong = [term for term in terms if term["false_positives"]]
    return sorted(wrong, key=lambda term: (-term["false_positives"], term["id"]))[:most]


def _curve_plot(account: Json) -> Markup | None:
    curve = account["learning_curve"]["most_precise_first"] or account["learning_curve"]["by_chance"]
    if not curve or not account["overall"]["false_positives"] or not account["overall"]["true_positives"]:
        return None
    # Terms that never fire come last and change nothing: the plot ends where they begin.
    whole = max(account["terms"] - len(account["silent_terms"]), 1)
    lines = [
        [(0.0, 0.0), *((min(point["terms"] / whole, 1.0), point[key]) for point in curve)]
        for key in ("error_kept", "recall_kept")
    ]
    what = "The share of the list's false alarms (solid) and correct matches (dashed) that a shorter list keeps."
    return plots.curves("p-curve", "A shorter list", what, lines)


def _curve_lines(curve: Json) -> list[tuple[int, Json | None, Json | None]]:
    best, chance = curve["most_precise_first"], curve["by_chance"]
    sizes = [point["terms"] for point in (best or chance or [])]
    by_size = [{point["terms"]: point for point in curve or []} for curve in (best, chance)]
    return [(size, by_size[0].get(size), by_size[1].get(size)) for size in sizes]


def _within(interval: Sequence[float] | None) -> str:
    """The limits of a share: "26.1% to 31.4%"."""
    if interval is None:
        return "–"
    low, high = map(percent, interval)
    return low if low == high else f"{low} to {high}"


def _probability(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4f}" if value >= 0.0001 else "< 0.0001"


def _ratio(ratio: Json | None) -> str:
    if ratio is None or ratio["value"] is None:
        return "–"
    low, high = ratio["interval"]
    return f"{ratio['value']:.2f} ({low:.2f} to {'any' if high is None else f'{high:.2f}'})"


def _matching(way: Json) -> str:
    parts = [
        {
            "word": "whole words", "boundary": "between two \\b", "substring": "anywhere in a text",
            "stem": "stems of words",
        }[way["where"]],
        "capitals ignored" if way["case"] == "fold" else "capitals as written",
        "Unicode NFKC" if way["unicode"] == "nfkc" else "characters as written",
        "leetspeak read as letters" if way["leet"] else "",
        "* and ? match other characters" if way["patterns"] == "wildcard" else "terms matched literally",
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)
