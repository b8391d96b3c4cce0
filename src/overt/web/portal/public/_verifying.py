"""Verification: receipts and releases can be uploaded and checked here, or checked with commands elsewhere.

Uploads are neither kept nor logged. Anyone who does not trust this server runs the commands on their own computer.
"""

from __future__ import annotations

from hashlib import sha256

from overt.ledger import PublicLeaf, read_leaf, read_published, read_record, verify
from overt.publication import read_document
from overt.refusals import Refusal
from overt.web._answers import Page, Plain
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face

_RECEIPT = FormField("receipt", "The receipt", Input.FILE, "The file that ends in .tlog-proof")
_RECORD = FormField("record", "The record", Input.FILE, "The file that came with it and ends in .json")
_RELEASE = FormField("release", "The release", Input.FILE, "The file release.json of a release")
_MOST = 2_500_000


def _verify_page(ask: Ask) -> Answer:
    return _page(ask)


def _page(ask: Ask, result: dict[str, object] | None = None, faults: tuple[FormFault, ...] = ()) -> Page:
    data = {
        "receipt_fields": (_RECEIPT, _RECORD),
        "release_fields": (_RELEASE,),
        "fields": (_RECEIPT, _RECORD, _RELEASE),
        "result": result,
        "log": _head(ask),
        "base": ask.config.base,
    }
    return Page("public/verify.html", data, faults=faults)


def _head(ask: Ask) -> dict[str, object] | None:
    """The published head, if the policy believes it, and who the policy asks to cosign."""
    policy = ask.desk.policy()
    if policy is None:
        return None
    try:
        head = policy.open(read_published(ask.desk.log())).checkpoint
    except Refusal:
        return None
    return {
        "register": ask.desk.charters()[-1].register.name,
        "origin": head.origin,
        "entries": head.size,
        "root": head.root.hex(),
        "witnesses": sorted(policy.witnesses),
    }


_UNPUBLISHED = Page("shared/said.html", {"heading": "The ledger has not been published yet"}, 404)


def _check_receipt(ask: Ask) -> Answer:
    """Check that a receipt and its record match each other and the log, under this register's trust policy."""
    if ask.faults:
        return _page(ask, faults=ask.faults)
    policy = ask.desk.policy()
    if policy is None:
        return _UNPUBLISHED
    try:
        record = read_record(ask.files["record"], "the record")
        receipt = verify(ask.files["receipt"], record, policy)
    except Refusal as refusal:
        return _page(ask, _not_good("receipt", refusal.code, f"{refusal.where}: {refusal.found}"))
    result = {
        "what": "receipt",
        "good": True,
        "heading": "The receipt is valid",
        "entry": receipt.index,
        "log": receipt.signed.checkpoint.origin,
        "entries": receipt.signed.checkpoint.size,
        "cosigned_by": receipt.cosigned_by,
    }
    return _page(ask, result)


def _check_release(ask: Ask) -> Answer:
    """Whether a release is, to the last byte, the one whose digest is in the ledger."""
    if ask.faults:
        return _page(ask, faults=ask.faults)
    data = ask.files["release"]
    try:
        document = read_document(data, "release.json")
    except Refusal as refusal:
        return _page(ask, _not_good("release", refusal.code, f"{refusal.where}: {refusal.found}"))
    with ask.desk.reading() as register:
        rows = register.store.rows("select seq, bytes from leaf where kind = 'public' order by seq")
    digest = sha256(data).hexdigest()
    leaves = [(seq, read_leaf(bytes(leaf))) for seq, leaf in rows]
    entered = {leaf.digest: seq for seq, leaf in leaves if isinstance(leaf, PublicLeaf) and leaf.kind == "release"}
    if digest not in entered:
        return _page(ask, _not_good("release", "digest-unknown", "this file does not match any release in the ledger"))
    result = {
        "what": "release",
        "good": True,
        "heading": f"Release {document.release} is exactly as published",
        "entry": entered[digest],
        "digest": digest,
        "day": document.day,
        "log": document.origin,
    }
    return _page(ask, result)


def _not_good(what: str, code: str, reason: str) -> dict[str, object]:
    return {"what": what, "good": False, "heading": f"This {what} is not valid", "code": code, "found": reason}


def _policy_file(ask: Ask) -> Answer:
    text = ask.desk.policy_text()
    return Plain(text, "text/plain; charset=utf-8", "policy") if text else _UNPUBLISHED


ACTIONS = (
    Action("public.verify-page", Face.PUBLIC, "/verify", "Verify a record or figures", _verify_page,
           nav="Verify", cached=True),
    Action(
        "public.verify-receipt", Face.PUBLIC, "/verify/receipt", "Check a receipt", _check_receipt,
        method="POST", fields=(_RECEIPT, _RECORD), most_bytes=_MOST,
    ),
    Action(
        "public.verify-release", Face.PUBLIC, "/verify/release", "Check a release", _check_release,
        method="POST", fields=(_RELEASE,), most_bytes=_MOST,
    ),
    Action("public.policy", Face.PUBLIC, "/verify/policy", "The trust policy of the ledger", _policy_file),
)  # fmt: skip
