"""What is in the columns of a source, as far as it may be shown."""

from overt.audits.columns._answers import Answerable, Unanswerable, Worth, answerable, worth
from overt.audits.columns._showing import (
    AMONG_ROWS,
    MOST_VALUES,
    MaskedShape,
    ShownValue,
    ShownValues,
    are_words,
    holds_categories,
    is_barred,
    look_like_names,
    may_show,
    shape,
    shown_values,
)
from overt.audits.columns._vocabulary import is_known, says_unknown, vocabulary

__all__ = [
    "AMONG_ROWS",
    "MOST_VALUES",
    "Answerable",
    "MaskedShape",
    "ShownValue",
    "ShownValues",
    "Unanswerable",
    "Worth",
    "answerable",
    "are_words",
    "holds_categories",
    "is_barred",
    "is_known",
    "look_like_names",
    "may_show",
    "says_unknown",
    "shape",
    "shown_values",
    "vocabulary",
    "worth",
]
