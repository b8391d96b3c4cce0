-- id: OV-49
-- title: What is disclosed carries its grading and its as-of date
-- asks: Did the grading and the as-of date go with each disclosure?
-- kind: statute
-- basis: Data Protection Act 1998 principle 4 (2000-03-01 .. 2018-05-24)
-- basis: Data Protection Act 2018 s.38(5)(b) (2018-05-25 ..)
-- dated: sent_at
-- severity: high
-- gate: refuse
-- limits: the section asks in all transmissions for what lets the recipient judge accuracy, completeness, reliability and whether it is up to date, and takes the grading and the day for that; takes the register's word for it
-- remedy: Send the recipient the grading and the as-of date.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       not disclosure.grade_sent as breach,
       'sent without the grading and the as-of date' as reason
from disclosure
