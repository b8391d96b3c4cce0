-- id: OV-49
-- title: What is disclosed carries its grading, and is encrypted on the way out of the police
-- asks: Did the grading and the as-of date go with each disclosure, and was each one to a body other than the police encrypted?
-- kind: statute
-- basis: Data Protection Act 1998 principles 4 and 7 (2000-03-01 .. 2018-05-24)
-- basis: Data Protection Act 2018 s.38(5)(b) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.40 (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.66(2) (2018-05-25 ..)
-- dated: sent_at
-- found in: Information Commissioner's checklist for police forces, issued with the enforcement notice announced on 16 November 2018: it asks for encryption, in transit too
-- severity: high
-- gate: refuse
-- limits: encryption is one measure of security and no section names it; between police forces it is not asked here; takes the register's word for both
-- remedy: Send the recipient the grading and the as-of date; find out where the unencrypted copy went.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when has(disclosure.grade_sent) then not disclosure.grade_sent end
       or (case when has(disclosure.recipient_kind) then disclosure.recipient_kind <> 'police' end
           and case when has(disclosure.encrypted) then not disclosure.encrypted end) as breach,
       case when not disclosure.grade_sent then 'sent without the grading and the as-of date'
            else 'sent unencrypted' end as reason
from disclosure
