-- id: FR-11
-- title: Each entry is labelled with its sensitivity, its confidence and who submitted it
-- asks: Does each active entry have a level of sensitivity and a submitting agency, and each of its items a grade of its source?
-- kind: benchmark
-- basis: Code of Federal Regulations, title 28, section 23.20(g) (1993-09-16 ..)
-- severity: medium
-- gate: none
-- limits: binds systems with federal support (34 U.S.C. section 10231(c)), which no column says, so it is a benchmark; the wording of the paragraphs was not at hand; takes the grade of the source for the level of confidence; sees that a label is there, not that it is right
-- remedy: Write down what is missing; where nobody knows who submitted the entry, destroy it.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active'
       and (case when has(entry.sensitivity_level) then coalesce(trim(entry.sensitivity_level), '') = '' end
            or case when has(entry.submitting_agency) then coalesce(trim(entry.submitting_agency), '') = '' end
            or case when has(item.source_grade) then coalesce(graded.bare_count, 0) > 0 end) as breach,
       case when case when has(entry.sensitivity_level) then coalesce(trim(entry.sensitivity_level), '') = '' end
                then 'no level of sensitivity is recorded'
            when case when has(entry.submitting_agency) then coalesce(trim(entry.submitting_agency), '') = '' end
                then 'no submitting agency is recorded'
            else 'an item has no grade of its source' end as reason
from entry
left join (
    select item.entry_id, count(*) filter (where coalesce(trim(item.source_grade), '') = '') as bare_count
    from item
    group by item.entry_id
) as graded on graded.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
