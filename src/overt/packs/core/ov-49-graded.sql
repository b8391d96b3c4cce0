-- id: OV-49
-- title: Disclosures must include their grading and reference date
-- asks: Did each disclosure include the grading and the reference date?
-- kind: statute
-- basis: Data Protection Act 1998 principle 4 (2000-03-01 .. 2018-05-24)
-- basis: Data Protection Act 2018 s.38(5)(b) (2018-05-25 ..)
-- dated: sent_at
-- severity: high
-- gate: refuse
-- limits: The section requires all transmissions to include what lets the recipient judge accuracy, completeness, reliability and whether the data is up to date; the control treats the grading and the reference date as that. Relies on the register's record.
-- remedy: Send the recipient the grading and the reference date.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       not disclosure.grade_sent as breach,
       'sent without the grading and the reference date' as reason
from disclosure
