"""An answer is sent as it was drafted, and recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from overt.gate import Proposed, check_staff, enter_answer, in_turn
from overt.ledger import LogFolder, read_checkpoint, read_note
from overt.model import REQUEST
from overt.publication._answer import (
    Answer,
    admit_request,
    covering,
    folder_of_answer,
    open_answer,
    write_answer,
)
from overt.publication._asked import outcome_of
from overt.publication._reply import reply_files
from overt.refusals import Refusal
from overt.register import Register


@in_turn
def send(register: Register, number: str, *, by: str, now: dt.datetime) -> Answer:
    """Marks a drafted answer as sent: the request's row gets its outcome, and the ledger the digest of the text.

    Refuses an answer that was not drafted, or is not what a draft would be now.
    """
    check_staff("--by", by)
    answer = open_answer(register, number)
    files = reply_files(register, answer)
    folder = folder_of_answer(register, number)
    if answer.dated != str(now.date()):
        problem = f"the letter is dated {answer.dated}" if answer.dated else "no draft"
        wanted, remedy = f"a draft of {now.date()}", "run `overt answer draft` first"
        raise Refusal("answer-not-drafted", number, problem, wanted, remedy)
    if any(not (folder / name).is_file() or (folder / name).read_bytes() != content for name, content in files.items()):
        raise Refusal(
            "answer-not-drafted", number, "there is no draft, or only an older one", "run `overt answer draft` first"
        )
    _check_root(register, answer)
    sent = replace(answer, sent_on=str(now.date()))
    declined = [part for part in map(answer.declines, answer.questions) if part]
    values: dict[str, object] = {REQUEST.answered_on: sent.sent_on, REQUEST.outcome: outcome_of(answer)}
    if declined:
        values[REQUEST.ground] = " ".join(dict.fromkeys(part.exemption for part in declined))
        values[REQUEST.reasons] = " ".join(dict.fromkeys(part.reasons for part in declined))
    admit_request(register, [Proposed("request", {**answer.row(), **values}, "alter", of_rights=True)], by, now)
    enter_answer(register, files["answer.txt"], f"answer-{number}.txt", by, now)
    write_answer(register, sent)
    return sent


def _check_root(register: Register, answer: Answer) -> None:
    """Refuses a letter that names a root of the register's own log which nobody outside can look up yet.

    Where the register's log is published by other means, its folder has none, and nothing is known of it here.
    """
    release = covering(register, answer.day)
    signed = LogFolder(register.folder).state.read()
    if release is None or signed is None or all(map(answer.declines, answer.questions)):
        return
    size, leaves = read_checkpoint(read_note(signed).text).size, release.made_from.leaves
    if size < leaves:
        problem = f"it names the root over {leaves} leaves, and {size} are published"
        remedy = f"overt ledger publish {register.folder}, then send it"
        raise Refusal("answer-root-unpublished", answer.number, problem, f"{leaves} published leaves", remedy)
