"""Asks the controls and the register of proposed rows; decides nothing.

One interface, `ask(rows) -> Answers`, with answers of named kinds, and two ways to ask: of one bundle by one statement
on the register's own engine, and of many units at once in a database that holds them.
"""

from overt.gate.asking._answers import (
    Answer,
    AnswerPlace,
    Answers,
    Asking,
    ControlAnswer,
    KeyTwice,
    KeyUnknown,
    KeyUsed,
    MissingReference,
    Sending,
)
from overt.gate.asking._built import Built, Questions
from overt.gate.asking._bulk import BulkAsking, Units
from overt.gate.asking._scope import key_text, subject_of
from overt.gate.asking._single import SingleAsking
from overt.gate.asking._workbench import Bundles, Workbench

__all__ = [
    "Answer",
    "AnswerPlace",
    "Answers",
    "Asking",
    "Built",
    "BulkAsking",
    "Bundles",
    "ControlAnswer",
    "KeyTwice",
    "KeyUnknown",
    "KeyUsed",
    "MissingReference",
    "Questions",
    "Sending",
    "SingleAsking",
    "Units",
    "Workbench",
    "key_text",
    "subject_of",
]
