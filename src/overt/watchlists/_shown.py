"""The figures of a trial for a page on which neither a term nor a text may stand.

Terms go by where they stand in the list. A group goes by its name if it is one of at most 50, at least ten texts share
it and it is short, and else by its number: a column that was chosen by mistake may hold texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from overt.pages import opening, percent
from overt.statistics import share
from overt.watchlists import _plots as plots
from overt.watchlists._account import DIVISIONS, Json
from overt.watchlists._report import bar_of, most_harm, variants_plot, worst_first

FEWEST_TEXTS, MOST_NAMED_LEVELS, LONGEST_NAME = 10, 50, 40
_NUMBER = "number "
_NEARLY_ALL = 0.9995
MOST_TERMS = 20
# With fewer harmless texts, a group's rate says little.
FEWEST_HARMLESS = 10
_MEASURES = (
    ("precision", "Precision: of flagged texts, those that the list is meant to find", "true_positives", "hits"),
    ("recall", "Recall: of the texts that the list is meant to find, those flagged", "true_positives", "positives"),
    (
        "false_positive_rate",
        "False-positive rate: of harmless texts, those flagged",
        "false_positives",
        "negatives",
    ),
)
_COUNTED = (
    ("identity_terms", "names a group of people and no more", "name groups of people and no more"),
    ("ordinary_terms", "is an everyday word", "are everyday words"),
    ("silent_terms", "matches no text, so its errors are not known", "match no text, so their errors are not known"),
    ("needless_terms", "changes nothing of what is flagged", "change nothing of what is flagged"),
)


def shown_figures(made: Json, places: Sequence[str]) -> Json:
    """What a page shows of an account: tables, plots as SVG and warnings in words. It can be kept as JSON.

    `places` says for each term, in the order of the list, where it stands there.
    """
    overall = made["overall"]
    divisions = {name: _named(made[f"by_{name}"]) for name in DIVISIONS if made[f"by_{name}"]}
    return {
        "terms": made["terms"],
        "texts": made["texts"],
        "overall": {**overall, "plot": _measures_plot(overall)},
        "divisions": [_division(name, levels) for name, levels in divisions.items()],
        "harm": _terms(made, places),
        "variants": made["variants"],
        "variants_plot": str(variants_plot(made["variants"]) or ""),
        "in_practice": [_in_practice(sample) for sample in made["at_prevalence"]],
        "warnings": _warnings(made, divisions),
    }


def _named(levels: Json) -> dict[str, Json]:
    """The measures of each level by the name under which it may be shown."""
    may = len(levels) <= MOST_NAMED_LEVELS and not _are_names(levels)
    return {
        level if may and _is_shared(level, measures) else f"{_NUMBER}{place}": measures
        for place, (level, measures) in enumerate(levels.items(), 1)
    }


def _is_shared(level: str, measures: Json) -> bool:
    return len(level) <= LONGEST_NAME and int(measures["texts"]) >= FEWEST_TEXTS


def _are_names(levels: Iterable[str]) -> bool:
    """Whether most levels look like people's names: words that all begin with a capital, as no name of a group does."""
    named = [len(level.split()) > 1 and level.istitle() for level in levels]
    return 2 * sum(named) > len(named)


def _division(name: str, levels: Mapping[str, Json]) -> Json:
    """One way of dividing the texts: a row and bars for each level, the most false alarms first."""
    ordered = worst_first(dict(levels))
    drawn = []
    for place, (measure, words, part, of) in enumerate(_MEASURES):
        title, what = f"{words.partition(':')[0]} by {name}", f"{words}, with 95% limits."
        drawn.append(_bars(f"by-{name}-{place}", title, what, ordered, (measure, part, of)))
    rows = [{"level": level, **measures} for level, measures in ordered]
    return {"name": name, "levels": rows, "plots": [plot for plot in drawn if plot]}


def _bars(ident: str, title: str, what: str, rows: Iterable[tuple[str, Json]], measure: tuple[str, str, str]) -> str:
    """A plot of one measure of several rows; empty where none of them has it."""
    name, part, of = measure
    items = [bar_of(label, measures, name, part, of) for label, measures in rows if measures[name] is not None]
    return str(plots.limited(ident, title, what, items)) if items else ""


def _measures_plot(measures: Json) -> str:
    rows = [(words.partition(":")[0], name, part, of) for name, words, part, of in _MEASURES]
    items = [bar_of(label, measures, name, part, of) for label, name, part, of in rows if measures[name] is not None]
    what = "Precision, recall and false-positive rate over all texts, with 95% limits."
    return str(plots.limited("overall", "The whole list", what, items)) if items else ""


def _terms(made: Json, places: Sequence[str]) -> Json:
    """The terms with the most false alarms, by their place, with their precision and recall."""
    place_of = {term["id"]: place for term, place in zip(made["per_term"], places, strict=True)}
    sought = made["overall"]["positives"]
    rows = []
    for term in most_harm(made["per_term"], MOST_TERMS):
        counts = {name: term[name] for name in ("hits", "true_positives", "false_positives")}
        recall = share(term["true_positives"], sought)
        rows.append(
            {
                "place": place_of[term["id"]],
                **counts,
                "positives": sought,
                "precision": term["precision"],
                "precision_interval": term["precision_interval"],
                "recall": recall.value if sought else None,
                "recall_interval": [recall.low, recall.high] if sought else None,
                "without": term["without"]["false_positive_rate"],
                "kind": "names a group" if term["identity"] else "everyday word" if term["ordinary"] else "",
            }
        )
    drawn = []
    for name, words, part, of in _MEASURES[:2]:
        title, what = f"{words.partition(':')[0]} of single terms", f"{words}, by each term alone, with 95% limits."
        drawn.append(_bars(f"terms-{name}", title, what, [(row["place"], row) for row in rows], (name, part, of)))
    return {"rows": rows, "plots": [plot for plot in drawn if plot]}


def _in_practice(sample: Json) -> Json:
    """How many of 1,000 alerts would be wrong where true matches are as rare as that, in words."""
    low, high = map(percent, sample["wrong_share_interval"] or (None, None))
    return {
        "one_in": sample["one_in"],
        "wrong": None if sample["wrong_share"] is None else _of_thousand(sample),
        "limits": low if low == high else f"{low} to {high}",
        "without": sample["without"],
    }


def _of_thousand(sample: Json) -> str:
    if sample["wrong_share"] == 1:
        return "every one"
    return "more than 999" if sample["wrong_share"] > _NEARLY_ALL else f"{sample['wrong_of_1000_warnings']:,}"


def _warnings(made: Json, divisions: Mapping[str, Mapping[str, Json]]) -> list[str]:
    """What must be read with the figures."""
    overall, said = made["overall"], []
    rate, recall = overall["false_positive_rate"], overall["recall"]
    if rate is not None and recall is not None and rate > recall:
        said.append(
            "The list flags a larger share of the harmless texts than of those it is meant to find: a flagged text is "
            "less likely to be a true match than one that is not flagged"
        )
    if not overall["positives"]:
        said.append("No text is what the list is meant to find, so recall and precision are not known")
    if not overall["negatives"]:
        said.append("No text is harmless, so the rate of false alarms is not known")
    for name, one, many in _COUNTED:
        count = len(made[name])
        if count:
            said.append(_number_of(count, f"term {one}", f"terms {many}"))
    if made["pattern_terms"] and made["matching"]["patterns"] == "literal":
        looks = _number_of(len(made["pattern_terms"]), "term looks like a pattern", "terms look like patterns")
        said.append(f"{looks}, and every term is matched as it is written")
    for name, levels in divisions.items():
        few = sum(0 < measures["negatives"] < FEWEST_HARMLESS for measures in levels.values())
        if few:
            has = _number_of(few, "has", "have")
            said.append(f"By {name}: {has} fewer than {FEWEST_HARMLESS} harmless texts, which say little of a rate")
        hidden = sum(level.startswith(_NUMBER) for level in levels)
        if hidden:
            goes = _number_of(hidden, "goes by its number", "go by their numbers")
            said.append(f"By {name}: {goes}, in the order of the names in levels.csv")
    dropped = len(made["corpus"]["dropped"])
    if dropped:
        which = _number_of(dropped, "column was", "columns were")
        said.append(f"{which} not read, since it would tell who wrote a text, where or when")
    if made["corpus"]["handles_masked"]:
        said.append("Handles, email addresses and links were taken out of the texts before they were searched")
    said.append(
        "The texts were made or released for testing and are no sample of what people write: in practice, where true "
        "matches are rarer, precision is lower"
    )
    return [opening(sentence) for sentence in said]


def _number_of(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
