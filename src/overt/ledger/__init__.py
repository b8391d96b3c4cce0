from overt.ledger._leaves import Leaves, PublicLeaf, commitment, public_leaf, record_leaf, read_leaf, RecordLeaf
from overt.ledger._canonical import canonical_json
from overt.ledger._merkle import fold, leaf_hash, node_hash

__all__ = ["Leaves","PublicLeaf","RecordLeaf","canonical_json","commitment","fold","leaf_hash","node_hash","public_leaf","read_leaf","record_leaf"]
