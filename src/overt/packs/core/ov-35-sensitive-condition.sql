-- id: OV-35
-- title: Sensitive data rests on a condition or consent, and on a policy document
-- asks: Does each sensitive item rest on a condition or on consent, and was an appropriate policy document signed by the day it was collected?
-- kind: statute
-- basis: Data Protection Act 2018 s.35(3)-(5) (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(3)-(5), as amended by the Data (Use and Access) Act 2025 s.74 (2025-08-20 ..)
-- basis: Data Protection Act 2018 s.42(1)-(3) (2018-05-25 ..)
-- basis: Data Protection Act 2018 Sch 8 (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.40A (2025-08-19 ..)
-- in force: 2018-05-25 ..
-- dated: collected_on
-- severity: critical
-- gate: refuse
-- limits: the condition is that of the entry, so an entry whose sensitive items rest on several has room for one; cannot judge whether the processing was strictly necessary; any signed policy document counts, whichever condition it was written for, and the day on which one ceased to apply is not held; items collected before 25 May 2018 are not in scope, though they may be kept today
-- remedy: Name the condition relied on or record the consent, and sign a policy document that covers it; otherwise delete the sensitive item.
select item.item_id, item.entry_id, item.collected_on, entry.unit,
       (case when kind.sensitive then true end)
       and (
           case when has(entry.condition) and entry.entry_id is not null then entry.condition is null end
           or case when not has(assessment.kind) then null
                   when has(assessment.signed_on) then policy.signed_on is null or policy.signed_on > item.collected_on end
       ) as breach,
       case when case when has(entry.condition) and entry.entry_id is not null then entry.condition is null end
                then 'neither a condition nor consent is named'
            else 'no policy document was signed by the day it was collected' end as reason
from item
left join entry on entry.entry_id = item.entry_id
left join (
    select category.category,
           count(*) filter (where category.sensitive) > 0 as sensitive
    from category
    where category.sensitive is not null
    group by category.category
) as kind on kind.category = item.category
cross join (
    select min(assessment.signed_on) as signed_on
    from assessment
    where assessment.kind = 'apd'
) as policy
where kind.sensitive or kind.sensitive is null
