"""report.html and verdict.html: what the figures say, for a person to read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from overt.pages import as_bytes, listed, page_environment, percent
from overt.watchlists import _plots as plots
from overt.watchlists._tally import MOST_SETS

TEMPLATES = Path(__file__).with_name("templates")
MOST_TERMS = 20
MOST_NAMED = 100
MOST_LEVELS = 40
TITLES = {"group": "group", "function": "function", "genre": "genre", "dialect": "dialect"}

Json = dict[str, Any]


def report(made: Json) -> bytes:
    """The report as bytes of HTML; nothing in it is fetched from anywhere and nothing in it runs."""
    return as_bytes(_environment().get_template("report.html.j2").render(_context(made)))


def verdict_page(made: Json) -> bytes:
    """The verdict on one page."""
    return as_bytes(_environment().get_template("verdict.html.j2").render(_context(made)))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = page_environment(TEMPLATES)
    environment.filters.update(
        percent=percent, number=lambda count: f"{count:,}", within=_within, listed=listed, clip=_clip,
        ratio=_ratio, matching=_matching, probability=_probability,
    )  # fmt: skip
    environment.globals["own_css"] = Markup((TEMPLATES / "watchlist.css").read_text(encoding="utf-8"))  # noqa: S704
    return environment


def _context(made: Json) -> Json:
    terms = {each["id"]: each for each in made["per_term"]}
    divisions = [(name, made[f"by_{name}"]) for name in TITLES if made[f"by_{name}"]]
    return {
        "made": made,
        "overall": made["overall"],
        "terms": terms,
        "title": f"Test of the keyword list {made['list']['name']}",
        "divisions": [(name, levels, _levels_plot(name, levels), _worst_first(levels)) for name, levels in divisions],
        "worst": _worst(made["by_group"]),
        "rare": made["at_prevalence"][1],
        "pictures": [_picture(each) for each in made["at_prevalence"]],
        "harm": _most_harm(made["per_term"]),
        "identity": [terms[each] for each in made["identity_terms"]],
        "ordinary": [terms[each] for each in made["ordinary_terms"]],
        "needless": [terms[each] for each in made["needless_terms"]],
        "variants_plot": _variants_plot(made["variants"]),
        "curve_plot": _curve_plot(made),
        "curve": _curve_lines(made["learning_curve"]),
        "wrongly": [each for each in made["probes"] if not each["should_be_flagged"]],
        "missed": [each for each in made["probes"] if each["should_be_flagged"]],
        "MOST_NAMED": MOST_NAMED,
        "MOST_SETS": MOST_SETS,
    }  # fmt: skip


def _levels_plot(name: str, levels: Json) -> Markup | None:
    """False-positive rates with limits, the highest first."""
    shown = [(level, each) for level, each in levels.items() if each["negatives"]]
    shown.sort(key=lambda pair: (-pair[1]["false_positive_rate"], pair[0]))
    items = [
        _bar(level, each, "false_positive_rate", "false_positives", "negatives") for level, each in shown[:MOST_LEVELS]
    ]
    if not items:
        return None
    what = f"Share of the harmless texts of each {name} that the list flags, highest first, with limits."
    return plots.limited(f"p-{name}", f"False positives by {name}", what, items)


def _worst_first(levels: Json) -> list[tuple[str, Json]]:
    def order(pair: tuple[str, Json]) -> tuple[float, float, str]:
        level, each = pair
        rate, recall = each["false_positive_rate"], each["recall"]
        return (1 if rate is None else -rate, 1 if recall is None else -recall, level)

    return sorted(levels.items(), key=order)


def _bar(label: str, each: Json, rate: str, found: str, of: str) -> plots.Limited:
    low, high = each[f"{rate}_interval"]
    return plots.Limited(label, f"{percent(each[rate])} ({each[found]:,} of {each[of]:,})", each[rate], low, high)


def _variants_plot(variants: Sequence[Json]) -> Markup | None:
    if not variants[0]["negatives"] or len(variants) < 2:
        return None
    items = [_bar(each["name"], each, "false_positive_rate", "false_positives", "negatives") for each in variants]
    what = "Share of the harmless texts that the list flags with each matching method, with limits."
    return plots.limited("p-variants", "False positives by matching method", what, items)


def _picture(each: Json) -> tuple[Json, Markup | None]:
    wrong = each["wrong_of_1000_warnings"]
    if wrong is None:
        return each, None
    return each, plots.thousand(f"p-in-{each['one_in']}", wrong, f"One thousand alerts, of which {wrong} are false")


def _worst(groups: Json | None) -> tuple[tuple[str, Json], tuple[str, Json]] | None:
    """The groups whose harmless texts are flagged most and least often."""
    shown = [(name, each) for name, each in (groups or {}).items() if each["negatives"] >= 10 and name != "(not given)"]
    if len(shown) < 2:
        return None
    shown.sort(key=lambda pair: (pair[1]["false_positive_rate"], pair[0]))
    return shown[-1], shown[0]


def _most_harm(terms: Sequence[Json]) -> list[Json]:
    wrong = [each for each in terms if each["false_positives"]]
    return sorted(wrong, key=lambda each: (-each["false_positives"], each["id"]))[:MOST_TERMS]


def _curve_plot(made: Json) -> Markup | None:
    curve = made["learning_curve"]["most_precise_first"] or made["learning_curve"]["by_chance"]
    if not curve or not made["overall"]["false_positives"] or not made["overall"]["true_positives"]:
        return None
    # Terms that never fire come last and change nothing: the plot ends where they begin.
    whole = max(made["terms"] - len(made["silent_terms"]), 1)
    lines = [
        [(0.0, 0.0), *((min(each["terms"] / whole, 1.0), each[key]) for each in curve)]
        for key in ("error_kept", "recall_kept")
    ]
    what = "The share of the list's false alarms (solid) and correct matches (dashed) that a shorter list keeps."
    return plots.curves("p-curve", "A shorter list", what, lines)


def _curve_lines(curve: Json) -> list[tuple[int, Json | None, Json | None]]:
    best, chance = curve["most_precise_first"], curve["by_chance"]
    sizes = [each["terms"] for each in (best or chance or [])]
    by_size = [{each["terms"]: each for each in found or []} for found in (best, chance)]
    return [(size, by_size[0].get(size), by_size[1].get(size)) for size in sizes]


def _within(interval: Sequence[float] | None) -> str:
    """The limits of a share: "26.1% to 31.4%"."""
    if interval is None:
        return "–"
    low, high = map(percent, interval)
    return low if low == high else f"{low} to {high}"


def _probability(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4f}" if value >= 0.0001 else "< 0.0001"


def _ratio(found: Json | None) -> str:
    if found is None or found["value"] is None:
        return "–"
    low, high = found["interval"]
    return f"{found['value']:.2f} ({low:.2f} to {'any' if high is None else f'{high:.2f}'})"


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


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
