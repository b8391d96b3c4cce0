"""How a keyword list would err: the list is put on trial, on labelled sentences, and run on nobody.

`read_terms` reads a list, `try_list` tries it on a corpus, `account` gives the figures and
`write_trial` the result folder. No text, and nothing about who wrote one, leaves this module. Before a trial
`look_at_texts` and `count_labels` tell what can be chosen; `shown_figures` are for a page without terms and texts.
"""

from overt.watchlists._account import account
from overt.watchlists._corpus import CorpusOptions
from overt.watchlists._look import TextColumn, count_labels, look_at_texts
from overt.watchlists._matching import Case, Form, Matching, Patterns, Where
from overt.watchlists._shown import shown_figures
from overt.watchlists._term import Condition, Term, TermList
from overt.watchlists._terms import read_terms
from overt.watchlists._trial import Trial, TrialRequest, try_list
from overt.watchlists._write import finding, trial_files, write_trial

__all__ = [
    "Case",
    "Condition",
    "CorpusOptions",
    "Form",
    "Matching",
    "Patterns",
    "Term",
    "TermList",
    "TextColumn",
    "Trial",
    "TrialRequest",
    "Where",
    "account",
    "count_labels",
    "finding",
    "look_at_texts",
    "read_terms",
    "shown_figures",
    "trial_files",
    "try_list",
    "write_trial",
]
