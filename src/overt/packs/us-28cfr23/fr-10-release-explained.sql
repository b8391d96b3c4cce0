-- id: FR-10
-- title: Each release has its reason
-- asks: Does each disclosure say what it was sent for, and when?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(g) (1993-09-16 ..)
-- dated: sent_at
-- severity: high
-- gate: refuse
-- limits: binds systems with federal support (34 U.S.C. section 10231(c)), which no column says, so it is a benchmark; the wording of the paragraphs was not at hand; sees that a reason is written, not that it is one; to whom it was sent is FR-03; a correction of an earlier disclosure needs a reason as well
-- remedy: Find out what it was sent for, and record it with the day on which that was found out; where nobody knows, recall it.
select disclosure.disclosure_id, disclosure.entry_id, disclosure.sent_at,
       case when has(disclosure.purpose) then coalesce(trim(disclosure.purpose), '') = '' end
       or case when has(disclosure.sent_at) then disclosure.sent_at is null end as breach,
       case when disclosure.sent_at is null then 'the day is not recorded'
            else 'the reason is not recorded' end as reason
from disclosure
