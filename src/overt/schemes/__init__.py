"""Group schemes: what a word for ethnicity, sex or age means, by published lists and never by a guess.

`read` takes the labels of a column and gives each its place: its group, its kind, or that no scheme has it. The lists
are the CSV files of this folder, each with its source and date; a user brings more with `find_scheme("FILE.csv", …)`.
`read_ages` and `nest` do the same for age bands, by their bounds.
"""

from overt.schemes._ages import Aged, Band, band_label, nest, parents, read_ages
from overt.schemes._files import LineKind, Scheme, find_scheme, shipped
from overt.schemes._fold import spelling
from overt.schemes._index import is_unknown
from overt.schemes._meeting import meet
from overt.schemes._reading import LabelPlace, read

__all__ = [
    "Aged",
    "Band",
    "LabelPlace",
    "LineKind",
    "Scheme",
    "band_label",
    "find_scheme",
    "is_unknown",
    "meet",
    "nest",
    "parents",
    "read",
    "read_ages",
    "shipped",
    "spelling",
]
