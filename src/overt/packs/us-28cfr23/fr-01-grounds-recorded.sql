-- id: FR-01
-- title: The grounds of suspicion should be recorded
-- asks: Does every active entry state the grounds on which the person was listed?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(a), (c) (1993-09-16 ..)
-- dated: opened_on
-- severity: high
-- gate: refuse
-- limits: Applies to systems with federal support (34 U.S.C. section 10231(c)), which no column records, so this control is a benchmark. The wording of the paragraphs was not available. Checks that grounds are recorded, not that they make suspicion reasonable, or that it is of criminal activity.
-- remedy: Record the grounds, based on the evidence held, or destroy the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when trim(entry.grounds) <> '' then false
            when entry.status is null then null
            else true end as breach,
       'no grounds are recorded' as reason
from entry
where entry.status = 'active' or entry.status is null
