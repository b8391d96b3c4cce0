-- id: CG-03
-- title: No entry rests on social-media posts alone
-- asks: Does every active entry that has items have at least one from another source than social media?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 752.4(a)(1)(C) (2020-10-22 ..)
-- dated: opened_on
-- found in: New York Criminal Group Database: a post with known members or certain emojis could suffice, Department of Investigation, April 2023, as reported by Gothamist
-- severity: high
-- gate: hold
-- limits: the rule lets posts suffice where there are strong indicia of their reliability, which no column holds: accept such an entry by name with the reasons; an entry without any item is asked about by CG-01
-- remedy: Support the entry by another source, or purge it.
select entry.entry_id, entry.opened_on, entry.unit,
       case when sourced.other_count > 0 then false
            when entry.status is null or sourced.unknown_count > 0 then null
            else true end as breach,
       'every item comes from social media' as reason
from entry
join (
    select item.entry_id,
           count(*) filter (where item.origin <> 'social_media') as other_count,
           count(*) filter (where item.origin is null) as unknown_count
    from item
    group by item.entry_id
) as sourced on sourced.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
