"""x"""
from overt.register._schema import KEPT_TABLES, VERSIONS, METADATA, identity, kept_columns, view_of
