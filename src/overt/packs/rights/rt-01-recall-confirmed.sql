-- id: RT-01
-- title: Every recall notice should be confirmed by its due date
-- asks: Has each organisation that was told to delete, correct or restrict an entry confirmed that it has done so, or is the due date still to come?
-- kind: own policy
-- basis: The register's own due date for confirming a recall notice
-- basis: Data Protection Act 2018 s.48(9), as the reason (2018-05-25 ..)
-- dated: sent_on
-- found in: Gangs Violence Matrix: people who were removed stayed on lists that officers kept of their own, Information Commissioner, enforcement notice announced on 16 November 2018, paras 25-26, as quoted by the Society for Computers and Law
-- found in: R (II) v Commissioner of Police of the Metropolis [2020] EWHC 2528 (Admin): one child's data on ten databases
-- severity: high
-- gate: none
-- limits: The law requires the register to notify everyone who was sent the entry, and them to act on it, and sets no date for confirming it: the due date is the register's own. Relies on the organisation's confirmation. An organisation that was never notified is a matter for OV-28.
-- remedy: Chase the organisation and escalate if necessary. Record its reply with `overt rights confirm`.
select recall.recall_id, recall.request_id, recall.recipient_kind, recall.sent_on, recall.due_on, recall.confirmed_on,
       case when recall.confirmed_on is not null then false
            else recall.due_on < :as_of end as breach,
       'the organisation has not confirmed and is overdue' as reason
from recall
