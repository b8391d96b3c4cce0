-- id: FR-11
-- title: Each entry should be labelled with its sensitivity, its confidence level and its submitting agency
-- asks: Does each active entry have a level of sensitivity and a submitting agency, and each of its items a source grade?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(g) (1993-09-16 ..)
-- severity: medium
-- gate: none
-- limits: Applies to systems with federal support (34 U.S.C. section 10231(c)), which no column records, so this control is a benchmark. The wording of the paragraphs was not available. Treats the source grade as the level of confidence. Checks that a label is present, not that it is right.
-- remedy: Record what is missing. If the submitting agency is not known, destroy the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active'
       and (case when has(entry.sensitivity_level) then coalesce(trim(entry.sensitivity_level), '') = '' end
            or case when has(entry.submitting_agency) then coalesce(trim(entry.submitting_agency), '') = '' end
            or case when has(item.source_grade) then coalesce(graded.bare_count, 0) > 0 end) as breach,
       case when case when has(entry.sensitivity_level) then coalesce(trim(entry.sensitivity_level), '') = '' end
                then 'no level of sensitivity is recorded'
            when case when has(entry.submitting_agency) then coalesce(trim(entry.submitting_agency), '') = '' end
                then 'no submitting agency is recorded'
            else 'an item has no source grade' end as reason
from entry
left join (
    select item.entry_id, count(*) filter (where coalesce(trim(item.source_grade), '') = '') as bare_count
    from item
    group by item.entry_id
) as graded on graded.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
