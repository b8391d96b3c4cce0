-- id: CG-03
-- title: No admission may rest on social media posts alone
-- asks: Where an active entry has the criterion of admission, does at least one of its items for it come from a source other than social media?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 752.4(a)(1)(C) (2020-10-22 ..)
-- dated: opened_on
-- found in: New York Criminal Group Database: a post with known members or certain emojis could suffice, Department of Investigation, April 2023, as reported by Gothamist
-- severity: high
-- gate: hold
-- limits: The rule is about the criterion of admission and not about the entry, which may rest on others. The criterion is found by its name, which is a threshold of the pack. Posts suffice where there are strong indicia of their reliability, which no column holds: accept such an entry individually, with the reasons. Admissions recorded before 22 October 2020 are judged by this as a benchmark.
-- remedy: Record the admission from another source, or delete the items.
select entry.entry_id, entry.opened_on, entry.unit,
       case when shown.other_count > 0 or shown.post_count = 0 then false
            when entry.status is null or shown.unknown_count > 0 then null
            else true end as breach,
       'the admission rests on social media alone' as reason
from entry
join (
    select item.entry_id,
           count(*) filter (where item.category is not null and item.origin <> 'social_media') as other_count,
           count(*) filter (where item.origin = 'social_media' or item.origin is null) as post_count,
           count(*) filter (where item.category is null or item.origin is null) as unknown_count
    from item
    where lower(trim(item.category)) = :admission_criterion or item.category is null
    group by item.entry_id
) as shown on shown.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
