-- id: RT-01
-- title: Every recall is confirmed by its day
-- asks: Has each body that was told to delete, correct or restrict an entry confirmed it, or is its day still to come?
-- kind: own policy
-- basis: The register's own day for a recall to be confirmed
-- basis: Data Protection Act 2018 s.48(9), as the reason (2018-05-25 ..)
-- dated: sent_on
-- found in: Gangs Violence Matrix: people who were removed stayed on lists that officers kept of their own, Information Commissioner, enforcement notice announced on 16 November 2018, paras 25-26, as quoted by the Society for Computers and Law
-- found in: R (II) v Commissioner of Police of the Metropolis [2020] EWHC 2528 (Admin): one child's data on ten databases
-- severity: high
-- gate: none
-- limits: the law obliges the register to tell whoever was sent the entry, and them to act on it, and names no day for either to say so: the day is the register's own; takes the word of the body that confirms; sees nothing of a body that was never told, which is OV-28
-- remedy: Ask the body again, and whoever is above it; record the answer with overt rights confirm.
select recall.recall_id, recall.request_id, recall.recipient_kind, recall.sent_on, recall.due_on, recall.confirmed_on,
       case when recall.confirmed_on is not null then false
            else recall.due_on < :as_of end as breach,
       'the body has not confirmed, and its day is past' as reason
from recall
