"""How a source's own columns become the model's: read, checked, applied, drafted."""

from overt.audits.mapping._account import ColumnRead, TableRead, ValueRead
from overt.audits.mapping._coverage import MappingCheck, check_mapping
from overt.audits.mapping._draft import draft_mapping
from overt.audits.mapping._fill import apply_mapping
from overt.audits.mapping._filled import Filled, read_filled
from overt.audits.mapping._mapping import Mapping, read_mapping
from overt.audits.mapping._profile import ColumnProfile, count_filled, is_profiled, profile_columns
from overt.audits.mapping._repeats import Repeat
from overt.audits.mapping._server_view import RenderedView, ServerTable, render_view

__all__ = [
    "ColumnProfile",
    "ColumnRead",
    "Filled",
    "Mapping",
    "MappingCheck",
    "RenderedView",
    "Repeat",
    "ServerTable",
    "TableRead",
    "ValueRead",
    "apply_mapping",
    "check_mapping",
    "count_filled",
    "draft_mapping",
    "is_profiled",
    "profile_columns",
    "read_filled",
    "read_mapping",
    "render_view",
]
