"""The register model: the tables and columns that controls speak of.

Nothing else in Overt knows a column by heart: packs are checked against `TABLES`, cases and engines
build their tables from it, `overt model` prints it. Code names a column as an attribute of its table,
`ENTRY.review_due_on`, and asks the column what its values are. Texts of SQL name columns as controls do.
"""

from overt.model._asked import Hit, find_column
from overt.model._collection import AUTHORITY, AUTHORITY_REVIEW, PLATFORM_REQUEST
from overt.model._duties import ASSESSMENT, ATTESTATION, CATEGORY, CLAIM, DATA_BREACH, PROCESSING_RECORD, SPEND
from overt.model._encounters import ENCOUNTER, SOURCE_COLUMN
from overt.model._entries import CONSEQUENCE, DECISION_SAFEGUARD, ENTRY, ITEM, OUTCOME, REVIEW, SUBJECT, TERM_HIT
from overt.model._figures import POPULATION, PUBLISHED_COUNT, RELEASE_CELL
from overt.model._own import DECISION, ERASURE, PADDING
from overt.model._print import as_json_schema, as_markdown, as_text
from overt.model._rights import COMPLAINT_WAY, NOTICE, PROMISE, REQUEST, REQUEST_STEP
from overt.model._sharing import ACCESS, AGREEMENT, COPY, CORRECTION, DISCLOSURE, RECALL
from overt.model._synonyms import WORDS_FOR_CODES, names_of, normal, tables_called
from overt.model._table import (
    DUCKDB_TYPES,
    POSTGRES_TYPES,
    SPARK_TYPES,
    SYNTHETIC_FILE,
    About,
    Column,
    Kind,
    Role,
    Table,
)
from overt.model._tables import KEPT_TABLES, OWN_TABLES, TABLES, parts_of, that_refer_to

__all__ = [
    "ACCESS",
    "AGREEMENT",
    "ASSESSMENT",
    "ATTESTATION",
    "AUTHORITY",
    "AUTHORITY_REVIEW",
    "CATEGORY",
    "CLAIM",
    "COMPLAINT_WAY",
    "CONSEQUENCE",
    "COPY",
    "CORRECTION",
    "DATA_BREACH",
    "DECISION",
    "DECISION_SAFEGUARD",
    "DISCLOSURE",
    "DUCKDB_TYPES",
    "ENCOUNTER",
    "ENTRY",
    "ERASURE",
    "ITEM",
    "KEPT_TABLES",
    "NOTICE",
    "OUTCOME",
    "OWN_TABLES",
    "PADDING",
    "PLATFORM_REQUEST",
    "POPULATION",
    "POSTGRES_TYPES",
    "PROCESSING_RECORD",
    "PROMISE",
    "PUBLISHED_COUNT",
    "RECALL",
    "RELEASE_CELL",
    "REQUEST",
    "REQUEST_STEP",
    "REVIEW",
    "SOURCE_COLUMN",
    "SPARK_TYPES",
    "SPEND",
    "SUBJECT",
    "SYNTHETIC_FILE",
    "TABLES",
    "TERM_HIT",
    "WORDS_FOR_CODES",
    "About",
    "Column",
    "Hit",
    "Kind",
    "Role",
    "Table",
    "as_json_schema",
    "as_markdown",
    "as_text",
    "find_column",
    "names_of",
    "normal",
    "parts_of",
    "tables_called",
    "that_refer_to",
]
