-- id: OV-35
-- title: Sensitive data rests on a condition and a policy document
-- asks: Does each entry that holds sensitive data name a condition, and was an appropriate policy document signed by the day it was opened?
-- kind: statute
-- basis: Data Protection Act 2018 s.35(3)-(5) (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(3)-(5), as amended by the Data (Use and Access) Act 2025 s.74 (2025-08-20 ..)
-- basis: Data Protection Act 2018 s.42(1)-(3) (2018-05-25 ..)
-- basis: Data Protection Act 2018 Sch 8 (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.40A (2025-08-19 ..)
-- in force: 2018-05-25 ..
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: consent, which may stand in for a condition, has no column; cannot judge whether the processing was strictly necessary; any signed policy document counts, whichever condition it was written for, and the day on which one ceased to apply is not held; entries opened before 25 May 2018 are not in scope
-- remedy: Name the condition relied on and sign a policy document that covers it, or delete the sensitive items.
select entry.entry_id, entry.opened_on, entry.unit,
       (case when held.sensitive_count > 0 then true end)
       and (
           case when has(entry.condition) then entry.condition is null end
           or case when not has(assessment.kind) then null
                   when has(assessment.signed_on) then policy.signed_on is null or policy.signed_on > entry.opened_on end
       ) as breach,
       case when case when has(entry.condition) then entry.condition is null end then 'no condition is named'
            else 'no policy document was signed by the day it was opened' end as reason
from entry
join (
    select item.entry_id, count(*) filter (where kind.sensitive) as sensitive_count
    from item
    left join (
        select category.category,
               count(*) filter (where category.sensitive) > 0 as sensitive
        from category
        where category.sensitive is not null
        group by category.category
    ) as kind on kind.category = item.category
    where kind.sensitive or kind.sensitive is null
    group by item.entry_id
) as held on held.entry_id = entry.entry_id
cross join (
    select min(assessment.signed_on) as signed_on
    from assessment
    where assessment.kind = 'apd'
) as policy
