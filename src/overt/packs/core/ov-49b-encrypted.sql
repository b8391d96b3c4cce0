-- id: OV-49b
-- title: What is disclosed is encrypted on the way out of the police
-- asks: Was each disclosure to a body other than the police encrypted?
-- kind: benchmark
-- basis: Data Protection Act 1998 principle 7, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: Data Protection Act 2018 s.40, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.66(2), as the reason, not as the rule (2018-05-25 ..)
-- dated: sent_at
-- found in: Information Commissioner's checklist for police forces, issued with the enforcement notice announced on 16 November 2018: it asks for encryption, in transit too
-- severity: high
-- gate: refuse
-- limits: encryption is one measure of security and no section names it; between police forces it is not asked here; takes the register's word for it
-- remedy: Find out where the unencrypted copy went, and send the next one encrypted.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when has(disclosure.recipient_kind) then disclosure.recipient_kind <> 'police' end
       and not disclosure.encrypted as breach,
       'sent unencrypted' as reason
from disclosure
