-- id: LE-07
-- title: Special categories rest on a condition
-- asks: Does each entry that holds data of a special category name the condition relied on?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 10 (2018-05-06 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: special categories are those that the register's own list marks as sensitive; the conditions are named by the model's codes, which follow the law of the United Kingdom; cannot judge whether the processing was strictly necessary; a directive binds through national law, so cite the national provision too
-- remedy: Name the condition relied on, or delete the sensitive items.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.condition is not null then false
            when held.sensitive_count > 0 then true end as breach,
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
