"""An append-only log that proves to a stranger that an entry is in it and that it only grew.

It never looks inside a record: entries are commitments, or name a published document. Formats are those of C2SP
(`tlog-tiles`, `signed-note`, `tlog-checkpoint`, `tlog-cosignature`, `tlog-witness`, `tlog-proof`, `tlog-policy`), so
that any verifier, witness or mirror of theirs works with it. To read it, begin with `_merkle`, `_tiles`, `_notes`
and `_leaves`; then `_publish` for who keeps a log, `_receipt` and `_watch` for who does not trust them.
"""

from overt.ledger._algorithms import COSIGNATURE, ED25519, ML_DSA_44
from overt.ledger._canonical import CanonicalFields, canonical_json, read_record
from overt.ledger._check import Checked, LogFault, check, root_of
from overt.ledger._checkpoint import (
    CHECKPOINT,
    Checkpoint,
    SignedCheckpoint,
    open_checkpoint,
    read_checkpoint,
    read_published,
)
from overt.ledger._cosign import StaleSize, WitnessClient
from overt.ledger._files import alone, write_file
from overt.ledger._http import HttpReader, HttpWitness
from overt.ledger._keys import SEED_SIZE, read_key, read_public_key, write_key
from overt.ledger._leaf_file import LeafFile, LeafList
from overt.ledger._leaves import (
    DOCUMENT_LIMIT,
    SALT_SIZE,
    Leaves,
    PublicLeaf,
    RecordLeaf,
    commitment,
    commitment_to,
    document_path,
    public_leaf,
    read_leaf,
    record_leaf,
)
from overt.ledger._log_folder import LogFolder
from overt.ledger._merkle import fold, leaf_hash, node_hash
from overt.ledger._notes import (
    OpenNote,
    Signer,
    VerifierKey,
    make_signer,
    open_note,
    read_note,
    read_skey,
    read_vkey,
    sign_note,
)
from overt.ledger._policy import DAY, Cosignature, Policy, given_keys, read_policy, trust
from overt.ledger._publish import Published, SigningState, publish
from overt.ledger._receipt import Receipt, Verified, prove, prove_anew, read_receipt, verify
from overt.ledger._store import BucketStore, FolderStore, LogStore, cache_control, media_type
from overt.ledger._survey import Survey, survey
from overt.ledger._tiles import BUNDLE_LIMIT, WIDTH, Reader, Tree, read_entries, width_of
from overt.ledger._watch import Tell, Watched, tell_plainly, watch
from overt.ledger._witness import BODY_LIMIT, LocalWitness, Witness, WitnessAnswer
from overt.sealed import Cost

__all__ = [
    "BODY_LIMIT",
    "BUNDLE_LIMIT",
    "CHECKPOINT",
    "COSIGNATURE",
    "DAY",
    "DOCUMENT_LIMIT",
    "ED25519",
    "ML_DSA_44",
    "SALT_SIZE",
    "SEED_SIZE",
    "WIDTH",
    "BucketStore",
    "CanonicalFields",
    "Checked",
    "Checkpoint",
    "Cosignature",
    "Cost",
    "FolderStore",
    "HttpReader",
    "HttpWitness",
    "LeafFile",
    "LeafList",
    "Leaves",
    "LocalWitness",
    "LogFault",
    "LogFolder",
    "LogStore",
    "OpenNote",
    "Policy",
    "PublicLeaf",
    "Published",
    "Reader",
    "Receipt",
    "RecordLeaf",
    "SignedCheckpoint",
    "Signer",
    "SigningState",
    "StaleSize",
    "Survey",
    "Tell",
    "Tree",
    "Verified",
    "VerifierKey",
    "Watched",
    "Witness",
    "WitnessAnswer",
    "WitnessClient",
    "alone",
    "cache_control",
    "canonical_json",
    "check",
    "commitment",
    "commitment_to",
    "document_path",
    "fold",
    "given_keys",
    "leaf_hash",
    "make_signer",
    "media_type",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "prove",
    "prove_anew",
    "public_leaf",
    "publish",
    "read_checkpoint",
    "read_entries",
    "read_key",
    "read_leaf",
    "read_note",
    "read_policy",
    "read_public_key",
    "read_published",
    "read_receipt",
    "read_record",
    "read_skey",
    "read_vkey",
    "record_leaf",
    "root_of",
    "sign_note",
    "survey",
    "tell_plainly",
    "trust",
    "verify",
    "watch",
    "width_of",
    "write_file",
    "write_key",
]
