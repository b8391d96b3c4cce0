-- id: LE-06
-- title: What is sent can be judged by who receives it
-- asks: Did the grading and the as-of date go with each disclosure?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 7(2) (2018-05-06 ..)
-- dated: sent_at
-- severity: high
-- gate: refuse
-- limits: takes the register's word that they were sent, and does not look at the grading; a directive binds through national law, so cite the national provision too
-- remedy: Send the recipient the grading and the as-of date.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       not disclosure.grade_sent as breach,
       'sent without the grading and the as-of date' as reason
from disclosure
