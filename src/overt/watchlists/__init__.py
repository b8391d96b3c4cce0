"""How a keyword list would err: the list is put on trial, on labelled sentences, and run on nobody.

`read_terms` reads a list, `try_list` tries it on a corpus, `account` gives the figures and
`write_trial` the result folder. No text, and nothing about who wrote one, leaves this module.
"""

from overt.watchlists._account import account
from overt.watchlists._corpus import CorpusOptions
from overt.watchlists._matching import Case, Form, Matching, Patterns, Where
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
    "Trial",
    "TrialRequest",
    "Where",
    "account",
    "finding",
    "read_terms",
    "trial_files",
    "try_list",
    "write_trial",
]
