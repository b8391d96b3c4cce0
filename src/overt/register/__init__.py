"""The store of a register: rows in versions, each with its leaf; the tables as they stood at any moment.

Only the gate writes, through `Register.writing`. Erasure destroys what a row said and its salt, and
leaves the leaf.
"""

from overt.model import KEPT_TABLES, OWN_TABLES
from overt.register._archives import ARCHIVE_KIND, AttemptArchive, write_archive
from overt.register._attempts import ACCESS_FILE, AccessLog, LoggedAttempt
from overt.register._backup import BACKUP_FILE, Backup, Restored, back_up, read_backup, restore
from overt.register._check import check_register
from overt.register._discrepancy import Discrepancy
from overt.register._duties import DUTIES
from overt.register._erase import SNAPSHOTS_FOLDER, Weighed, erase, finish_erasures, forget, unfinished_erasures, weigh
from overt.register._examine import Examined, confirm, examine
from overt.register._grants import grants
from overt.register._health import DatabaseState, database_state, looked_at, recorded_at
from overt.register._inbox import LETTER_DAYS, Letter, destroy_letters, keep_letter, letter_of, letter_with
from overt.register._journal import JOURNAL, Erasure
from overt.register._log import RegisterLog
from overt.register._observations import (
    OBSERVATION_COLUMNS,
    Observation,
    ObservationNote,
    ObservationState,
    answer_observation,
    find_observation,
    observation_of,
    raise_observation,
    settle_observation,
)
from overt.register._pseudonyms import (
    PSEUDONYMS_KIND,
    check_pseudonym_key,
    holds_people,
    key_unnamed,
    pseudonym_key_of,
    pseudonym_news,
)
from overt.register._recalls import (
    RECALL_DAYS,
    copies_of,
    found_by,
    raise_recalls,
    recall_told,
    removed_entries,
    untold_entries,
    untold_recalls,
)
from overt.register._record import Cell, Provenance, Values, Version, leaf_of, moment_text
from overt.register._regions import UNCOVERED, Region
from overt.register._register import CHARTERS_FOLDER, Register, Status
from overt.register._replay import Replayed, replay
from overt.register._schema import identity, kept_columns
from overt.register._settings import SETTINGS_FILE, RegisterSettings, read_settings
from overt.register._shared import LIMIT, PORTAL_FOLDER, SESSION, SharedStore
from overt.register._snapshot import Snapshot, head, snapshot
from overt.register._store import PATIENCE_SECONDS, Store
from overt.register._vouch import KEYS_FOLDER, POLICY_FILE, differing, set_deciders
from overt.register._writer import Writer, row_values

__all__ = [
    "ACCESS_FILE",
    "ARCHIVE_KIND",
    "BACKUP_FILE",
    "CHARTERS_FOLDER",
    "DUTIES",
    "JOURNAL",
    "KEPT_TABLES",
    "KEYS_FOLDER",
    "LETTER_DAYS",
    "LIMIT",
    "OBSERVATION_COLUMNS",
    "OWN_TABLES",
    "PATIENCE_SECONDS",
    "POLICY_FILE",
    "PORTAL_FOLDER",
    "PSEUDONYMS_KIND",
    "RECALL_DAYS",
    "SESSION",
    "SETTINGS_FILE",
    "SNAPSHOTS_FOLDER",
    "UNCOVERED",
    "AccessLog",
    "AttemptArchive",
    "Backup",
    "Cell",
    "DatabaseState",
    "Discrepancy",
    "Erasure",
    "Examined",
    "Letter",
    "LoggedAttempt",
    "Observation",
    "ObservationNote",
    "ObservationState",
    "Provenance",
    "Region",
    "Register",
    "RegisterLog",
    "RegisterSettings",
    "Replayed",
    "Restored",
    "SharedStore",
    "Snapshot",
    "Status",
    "Store",
    "Values",
    "Version",
    "Weighed",
    "Writer",
    "answer_observation",
    "back_up",
    "check_pseudonym_key",
    "check_register",
    "confirm",
    "copies_of",
    "database_state",
    "destroy_letters",
    "differing",
    "erase",
    "examine",
    "find_observation",
    "finish_erasures",
    "forget",
    "found_by",
    "grants",
    "head",
    "holds_people",
    "identity",
    "keep_letter",
    "kept_columns",
    "key_unnamed",
    "leaf_of",
    "letter_of",
    "letter_with",
    "looked_at",
    "moment_text",
    "observation_of",
    "pseudonym_key_of",
    "pseudonym_news",
    "raise_observation",
    "raise_recalls",
    "read_backup",
    "read_settings",
    "recall_told",
    "recorded_at",
    "removed_entries",
    "replay",
    "restore",
    "row_values",
    "set_deciders",
    "settle_observation",
    "snapshot",
    "unfinished_erasures",
    "untold_entries",
    "untold_recalls",
    "weigh",
    "write_archive",
]
