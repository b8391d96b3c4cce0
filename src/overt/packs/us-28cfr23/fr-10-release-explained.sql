-- id: FR-10
-- title: Each release should record its reason
-- asks: Does each disclosure state its reason and its date?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(g) (1993-09-16 ..)
-- dated: sent_at
-- severity: high
-- gate: refuse
-- limits: Applies to systems with federal support (34 U.S.C. section 10231(c)), which no column records, so this control is a benchmark. The wording of the paragraphs was not available. Checks that a reason is recorded, not that it is adequate. The recipient is a matter for FR-03. A correction of an earlier disclosure also needs a reason.
-- remedy: Find out why it was sent, and record it with the date on which that was found out. If this is not known, recall it.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when has(disclosure.purpose) then coalesce(trim(disclosure.purpose), '') = '' end
       or case when has(disclosure.sent_at) then disclosure.sent_at is null end as breach,
       case when disclosure.sent_at is null then 'the date is not recorded'
            else 'the reason is not recorded' end as reason
from disclosure
