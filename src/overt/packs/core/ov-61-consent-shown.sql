-- id: OV-61
-- title: The controller must be able to show any consent it relies on
-- asks: Where a sensitive item rests on consent, is the consent on record, and had it not been withdrawn before the item was collected?
-- kind: statute
-- basis: Data Protection Act 2018 s.35(4) (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(4), as amended by the Data (Use and Access) Act 2025 s.74 (2025-08-20 ..)
-- basis: Data Protection Act 2018 s.40A (2025-08-19 ..)
-- in force: 2018-05-25 ..
-- dated: collected_on
-- severity: high
-- gate: refuse
-- limits: Checks that a document is named, not that the consent was free and informed. An entry rests on consent if its condition says so. An item collected on the date of withdrawal is not treated as late. A withdrawal after the collection, which may call for erasure, is not examined here.
-- remedy: Record the document that shows the consent, base the item on a condition in Schedule 8, or delete it.
select item.item_id, item.entry_id, item.collected_on, entry.unit,
       (case when kind.sensitive then true end)
       and (
           case when has(item.consent_ref) then coalesce(trim(item.consent_ref), '') = '' end
           or case when not has(item.consent_withdrawn_on) then null
                   when item.consent_withdrawn_on is null then false
                   else item.consent_withdrawn_on < item.collected_on end
       ) as breach,
       case when case when has(item.consent_ref) then coalesce(trim(item.consent_ref), '') = '' end then 'no consent is on record'
            else 'the consent was withdrawn before the item was collected' end as reason
from item
join entry on entry.entry_id = item.entry_id
left join (
    select category.category,
           count(*) filter (where category.sensitive) > 0 as sensitive
    from category
    where category.sensitive is not null
    group by category.category
) as kind on kind.category = item.category
where entry.condition = 'consent' and (kind.sensitive or kind.sensitive is null)
