-- id: NY-04
-- title: No entry should rest on posts or emojis alone
-- asks: Does each active entry that has items have at least one from a source other than social media?
-- kind: benchmark
-- basis: New York City Department of Investigation, report on the Criminal Group Database, April 2023
-- found in: New York Criminal Group Database: a post with known members or certain emojis could suffice, Department of Investigation, April 2023, as reported by Gothamist
-- severity: high
-- gate: none
-- limits: A recommendation, known as reported, so this control is a benchmark. Reads where an item came from, not what a post shows. An entry without any item is a matter for NY-03.
-- remedy: Support the entry with another source, or close it.
select entry.entry_id, entry.opened_on, entry.unit,
       case when sourced.other_count > 0 then false
            when entry.status is null or sourced.unknown_count > 0 then null
            else true end as breach,
       'every item is from social media' as reason
from entry
join (
    select item.entry_id,
           count(*) filter (where item.origin <> 'social_media') as other_count,
           count(*) filter (where item.origin is null) as unknown_count
    from item
    group by item.entry_id
) as sourced on sourced.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
