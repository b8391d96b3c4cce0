-- id: CG-01
-- title: Each entry must be supported by two criteria with source documents
-- asks: Do at least two different criteria, each with a source document, support every active entry?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 755.6(b)(1): records made before the regulations (.. 2020-10-21)
-- basis: California Code of Regulations, title 11, sections 752.2(c), 753(a)(2) and 755.6(c)(3) (2020-10-22 ..)
-- dated: opened_on
-- found in: CalGang: 13 of 100 people lacked adequate support, and so did 131 of 563 criteria, California State Auditor, report 2015-130, 11 August 2016
-- severity: critical
-- gate: refuse
-- limits: The number of two, for a record of 22 October 2020 or later, is in section 752.2(c), whose text was not seen; section 752.4 lists the criteria and sets no number. Reads each category of item as one criterion, so the mapping must provide them in that form. Checks that a document is named, not that it shows the criterion or that there was reasonable suspicion.
-- remedy: Attach the source documents of a second criterion, or purge the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when shown.criterion_count >= 2 then false
            when entry.status is null or shown.criterion_count + shown.unnamed_count >= 2 then null
            else true end as breach,
       'fewer than two criteria have a source document' as reason
from entry
left join (
    select item.entry_id, count(distinct case when has(item.category) then item.category end) as criterion_count,
           count(*) filter (where item.category is null) as unnamed_count
    from item
    where trim(item.evidence_ref) <> ''
    group by item.entry_id
) as shown on shown.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
