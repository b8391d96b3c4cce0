-- id: FR-01
-- title: The grounds of suspicion are recorded
-- asks: Does every active entry say on what grounds the person was listed?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(a), (c) (1993-09-16 ..)
-- dated: opened_on
-- severity: high
-- gate: refuse
-- limits: binds systems with federal support (34 U.S.C. section 10231(c)), which no column says, so it is a benchmark; the wording of the paragraphs was not at hand; sees that something is written, not that it makes suspicion reasonable, or of criminal activity
-- remedy: Record the grounds, on the evidence held, or destroy the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when trim(entry.grounds) <> '' then false
            when entry.status is null then null
            else true end as breach,
       'no grounds are recorded' as reason
from entry
where entry.status = 'active' or entry.status is null
