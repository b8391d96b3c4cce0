-- id: LE-07
-- title: Special category data must rest on a recorded condition
-- asks: Does each entry that holds special category data rest on vital interests, on data that the person manifestly made public, or on a law?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 10 (2018-05-06 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: Special categories are those that the register's own list marks as sensitive. Article 10 has three grounds: authorised by law, vital interests, and manifestly made public by the person. Any other code of the model counts as authorised by law only if a provision is named, which no column holds, so the result for such an entry is unknown. Cannot judge whether the processing was strictly necessary. A directive takes effect through national law: cite the national provision as well.
-- remedy: Name the condition relied on, or delete the sensitive items.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.condition in ('vital_interests', 'manifestly_public') then false
            when entry.condition is null and held.sensitive_count > 0 then true end as breach,
       'no condition is named' as reason
from entry
join (
    select item.entry_id, sum(listed.sensitive_count) as sensitive_count
    from item
    left join (
        select category.category,
               count(*) filter (where category.sensitive) as sensitive_count,
               count(*) filter (where not category.sensitive) as ordinary_count
        from category
        group by category.category
    ) as listed on listed.category = item.category
    where listed.sensitive_count > 0 or coalesce(listed.ordinary_count, 0) = 0
    group by item.entry_id
) as held on held.entry_id = entry.entry_id
