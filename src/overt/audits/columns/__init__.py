"""What is in the columns of a source, as far as it may be shown.

What a mapping makes of them is found here too. An audit asks this package which values may be shown and how dates are
written; the rest is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from overt.audits.columns._counts import CountColumn, count_columns
from overt.audits.columns._dates import DateForm, DateForms, Placed, date_forms, forms_in_words, unread_dates
from overt.audits.columns._rows import FIRST_ROWS
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
    means_no_date,
    shape,
    shown_values,
)
from overt.audits.columns._vocabulary import is_known, says_unknown, vocabulary
from overt.later import later

if TYPE_CHECKING:
    from overt.audits.columns._answers import Answerable, Unanswerable, Worth, answerable, worth
    from overt.audits.columns._cards import (
        ColumnCard,
        KindCount,
        card_values,
        column_card,
        letter_of,
        looks_like_names,
        values_of,
    )
    from overt.audits.columns._codes import Cluster, CodeTable, CodeValue, code_of, code_table, gather
    from overt.audits.columns._counts import CountColumn, count_columns
    from overt.audits.columns._joins import JoinCheck, JoinSide, KeyMatch, check_join, match_keys
    from overt.audits.columns._preview import shown_row
    from overt.audits.mapping._losses import ColumnLoss, LostValue, TableLoss, columns_of, losses, meanings_of

__all__ = [
    "AMONG_ROWS",
    "FIRST_ROWS",
    "MOST_VALUES",
    "Answerable",
    "Cluster",
    "CodeTable",
    "CodeValue",
    "ColumnCard",
    "ColumnLoss",
    "CountColumn",
    "DateForm",
    "DateForms",
    "JoinCheck",
    "JoinSide",
    "KeyMatch",
    "KindCount",
    "LostValue",
    "MaskedShape",
    "Placed",
    "ShownValue",
    "ShownValues",
    "TableLoss",
    "Unanswerable",
    "Worth",
    "answerable",
    "are_words",
    "card_values",
    "check_join",
    "code_of",
    "code_table",
    "column_card",
    "columns_of",
    "count_columns",
    "date_forms",
    "forms_in_words",
    "gather",
    "holds_categories",
    "is_barred",
    "is_known",
    "letter_of",
    "look_like_names",
    "looks_like_names",
    "losses",
    "match_keys",
    "may_show",
    "meanings_of",
    "means_no_date",
    "says_unknown",
    "shape",
    "shown_row",
    "shown_values",
    "unread_dates",
    "values_of",
    "vocabulary",
    "worth",
]

_OWN = {
    "_answers": ("Answerable", "Unanswerable", "Worth", "answerable", "worth"),
    "_cards": (
        "ColumnCard",
        "KindCount",
        "card_values",
        "card_values",
        "column_card",
        "letter_of",
        "looks_like_names",
        "values_of",
    ),
    "_codes": ("Cluster", "CodeTable", "CodeValue", "code_of", "code_table", "gather"),
    "_counts": ("CountColumn", "count_columns"),
    "_joins": ("JoinCheck", "JoinSide", "KeyMatch", "check_join", "match_keys"),
    "_preview": ("shown_row",),
}
_LATER = {name: f"{__name__}.{module}" for module, names in _OWN.items() for name in names}
_LATER |= dict.fromkeys(
    ("ColumnLoss", "LostValue", "TableLoss", "columns_of", "losses", "meanings_of"), "overt.audits.mapping._losses"
)

__getattr__ = later(__name__, _LATER)
