-- id: OV-35
-- title: Sensitive data must rest on a condition or consent, and on an appropriate policy document
-- asks: Does each sensitive item rest on a condition or on consent, and had an appropriate policy document been signed by the date the item was collected?
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
-- limits: The condition is recorded on the entry, so an entry can record only one, even if its sensitive items rely on several. Cannot judge whether the processing was strictly necessary. Any signed policy document counts, whichever condition it was written for; the date on which one ceased to apply is not held. Items collected before 25 May 2018 are out of scope, although they may still be held.
-- remedy: Name the condition relied on or record the consent, and sign a policy document that covers it. Otherwise delete the sensitive item.
select item.item_id, item.entry_id, item.collected_on, entry.unit,
       (case when kind.sensitive then true end)
       and (
           case when has(entry.condition) and entry.entry_id is not null then entry.condition is null end
           or case when not has(assessment.kind) then null
                   when has(assessment.signed_on) then policy.signed_on is null or policy.signed_on > item.collected_on end
       ) as breach,
       case when case when has(entry.condition) and entry.entry_id is not null then entry.condition is null end
                then 'neither a condition nor consent is named'
            else 'no policy document had been signed by the date it was collected' end as reason
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
