"""The law as data: each provision that a control may cite, with its identifier, the periods of its text, and a link."""

from overt.law._jurisdictions import JURISDICTIONS, place_of, speaks_for
from overt.law._law import Law, LawText, Provision, read_law, shipped_law

__all__ = ["JURISDICTIONS", "Law", "LawText", "Provision", "place_of", "read_law", "shipped_law", "speaks_for"]
