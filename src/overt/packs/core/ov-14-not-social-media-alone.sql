-- id: OV-14
-- title: An active entry should not rest on social media posts alone
-- asks: Does every active entry with items have at least one item that does not come from social media?
-- kind: benchmark
-- basis: California Code of Regulations, title 11, section 752.4(a)(1)(C), by analogy, as the reason, not as the rule: as a criterion of admission, social-media posts alone do not suffice without strong indicia of reliability (2020-10-22 ..)
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 3, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: New York Criminal Group Database: a post with known members, or certain emojis, could suffice, Department of Investigation, April 2023, as reported by Gothamist
-- severity: high
-- gate: hold
-- limits: Reads the type of source of each item, not its content. Private messages count as another type (OV-45). Cannot detect a second source that goes back to the same post. California's rule applies to the criterion of admission; it is applied here by analogy to the whole entry.
-- remedy: Record what else supports the entry, or close it.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active'
       and case when counted.other_origin > 0 then false when counted.no_origin > 0 then null else true end as breach,
       'every item comes from social media' as reason
from entry
join (
    select item.entry_id, count(*) filter (where item.origin <> 'social_media') as other_origin,
           count(*) filter (where item.origin is null) as no_origin
    from item
    group by item.entry_id
) as counted on counted.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
