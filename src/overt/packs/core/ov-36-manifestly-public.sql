-- id: OV-36
-- title: Data relied on as manifestly made public must come from an open source
-- asks: Where an entry relies on data that the person manifestly made public, was every sensitive item open to anyone?
-- kind: statute
-- basis: Data Protection Act 2018 Sch 8 para 5 (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.35(8) (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(8), as amended by the Data (Use and Access) Act 2025 s.74 (2025-08-20 ..)
-- dated: collected_on
-- found in: Project Alpha: profiles were made from "private and open" accounts, as reported by Byline Times, 25 October 2021
-- severity: high
-- gate: refuse
-- limits: The fact that anyone could view an item does not mean that the person made it public. The control finds only items that are plainly not public. The condition is examined only for sensitive processing. An entry can record only one condition, even if its sensitive items rely on several.
-- remedy: Name the condition that the private sensitive items rest on, or delete them.
select item.item_id, item.entry_id, item.collected_on, entry.unit,
       item.visibility <> 'open' and kind.sensitive as breach,
       'the sensitive item was not open to everyone' as reason
from item
join entry on entry.entry_id = item.entry_id
left join (
    select category.category,
           count(*) filter (where category.sensitive) > 0 as sensitive
    from category
    where category.sensitive is not null
    group by category.category
) as kind on kind.category = item.category
where entry.condition = 'manifestly_public'
