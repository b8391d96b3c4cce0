"""The store of a register: rows in versions, each with its leaf; the tables as they stood at any moment.

Only the gate writes, through `Register.writing`. Erasure destroys what a row said and its salt, and
leaves the leaf.
"""

from overt.register._backup import BACKUP_FILE, Backup, back_up, restore
from overt.register._check import check_register
from overt.register._discrepancy import Discrepancy
from overt.register._erase import SNAPSHOTS_FOLDER, erase, forget
from overt.register._examine import Examined, confirm, examine
from overt.register._journal import Erasure
from overt.register._log import RegisterLog
from overt.register._pseudonyms import PSEUDONYMS_KIND, pseudonym_key_of, pseudonym_news
from overt.register._record import Values, Version, body
from overt.register._regions import UNCOVERED, Region
from overt.register._register import CHARTERS_FOLDER, Register, Status, Writer, row_values
from overt.register._schema import KEPT_TABLES, OWN_TABLES, identity, kept_columns
from overt.register._settings import SETTINGS_FILE, RegisterSettings, read_settings
from overt.register._snapshot import Snapshot, snapshot
from overt.register._store import Store

__all__ = [
    "BACKUP_FILE",
    "CHARTERS_FOLDER",
    "KEPT_TABLES",
    "OWN_TABLES",
    "PSEUDONYMS_KIND",
    "SETTINGS_FILE",
    "SNAPSHOTS_FOLDER",
    "UNCOVERED",
    "Backup",
    "Discrepancy",
    "Erasure",
    "Examined",
    "Region",
    "Register",
    "RegisterLog",
    "RegisterSettings",
    "Snapshot",
    "Status",
    "Store",
    "Values",
    "Version",
    "Writer",
    "back_up",
    "body",
    "check_register",
    "confirm",
    "erase",
    "examine",
    "forget",
    "identity",
    "kept_columns",
    "pseudonym_key_of",
    "pseudonym_news",
    "read_settings",
    "restore",
    "row_values",
    "snapshot",
]
