-- id: RT-01
-- title: Every recall is confirmed by its day
-- asks: Has each body that was told to delete, correct or restrict an entry confirmed it, or is its day still to come?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(5) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.48 (2018-05-25 ..)
-- dated: sent_on
-- found in: Gangs Violence Matrix: people who were removed stayed on lists that officers kept of their own, Information Commissioner, enforcement notice announced on 16 November 2018, paras 25-26, as quoted by the Society for Computers and Law
-- found in: R (II) v Commissioner of Police of the Metropolis [2020] EWHC 2528 (Admin): one child's data on ten databases
-- severity: high
-- gate: none
-- limits: the day to confirm is the register's own, since the law says without delay; takes the word of the body that confirms; sees nothing of a body that was never told, which is OV-28
-- remedy: Ask the body again, and whoever is above it; record the answer with overt rights confirm.
select recall.recall_id, recall.request_id, recall.recipient_kind, recall.sent_on, recall.due_on, recall.confirmed_on,
       case when recall.confirmed_on is not null then false
            else recall.due_on < :as_of end as breach,
       'the body has not confirmed, and its day is past' as reason
from recall
