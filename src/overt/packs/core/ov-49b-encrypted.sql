-- id: OV-49b
-- title: Disclosures should be encrypted when sent outside the police
-- asks: Was each disclosure sent outside the police encrypted?
-- kind: benchmark
-- basis: Data Protection Act 1998 principle 7, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: Data Protection Act 2018 s.40, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.66(2), as the reason, not as the rule (2018-05-25 ..)
-- dated: sent_at
-- found in: Information Commissioner's checklist for police forces, issued with the enforcement notice announced on 16 November 2018: it asks for encryption, in transit too
-- severity: high
-- gate: refuse
-- limits: Encryption is one measure of security and no section names it. Disclosures between police forces are not examined here. Relies on the register's record.
-- remedy: Find out where the unencrypted copy went, and encrypt the next one.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when has(disclosure.recipient_kind) then disclosure.recipient_kind <> 'police' end
       and not disclosure.encrypted as breach,
       'sent unencrypted' as reason
from disclosure
