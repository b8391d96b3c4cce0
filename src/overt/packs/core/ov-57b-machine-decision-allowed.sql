-- id: OV-57b
-- title: A machine alone must not decide who is listed unless the law allows it
-- asks: Where a machine alone took a significant decision to list a person, did a law allow it or, from 5 February 2026, did it rest on no sensitive data or on the person's explicit consent?
-- kind: statute
-- basis: Data Protection Act 2018 s.49 (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 ss.50A-50B, as inserted by the Data (Use and Access) Act 2025 s.80 (2026-02-05 ..)
-- in force: 2018-05-25 ..
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: Relies on the register's record of who decided, and of whether the decision was significant. A person who approves everything a machine proposes still counts as a human decision here, although that is not meaningful involvement in the sense of s.50A. Checks that a provision is named, not that it allows the decision. The decision is taken to have been made on the date the entry was opened, and to rest on every item collected by then. Whether the person had the safeguards required for a permitted decision is a matter for OV-71.
-- remedy: Have a person take the decision again, record the provision that allows it, or delete the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.decided_by <> 'automated' then false
            when not case when has(entry.significant) then entry.significant end then false
            when trim(entry.automated_under) <> '' then false
            when entry.explicit_consent and entry.opened_on >= '2026-02-05' then false
            when has(item.entry_id) and entry.opened_on >= '2026-02-05'
                 and coalesce(rests.sensitive_count, 0) = 0 and coalesce(rests.unsure_count, 0) = 0 then false
            when entry.decided_by is null or entry.significant is null or not has(entry.automated_under) then null
            when entry.opened_on < '2026-02-05' then true
            when has(entry.explicit_consent) and rests.sensitive_count > 0 then true end as breach,
       case when entry.opened_on < '2026-02-05' then 'a machine alone decided, and no law that allows this is named'
            else 'a machine alone decided on sensitive data, without a law or explicit consent' end as reason
from entry
left join (
    select item.entry_id,
           count(*) filter (where kind.sensitive and item.collected_on <= listed.opened_on) as sensitive_count,
           count(*) filter (
               where (kind.sensitive and case when has(item.collected_on) then item.collected_on end
                      <= listed.opened_on) is null
           ) as unsure_count
    from item
    left join entry as listed on listed.entry_id = item.entry_id
    left join (
        select case when has(category.category) then category.category end as category,
               count(*) filter (where category.sensitive) > 0 as sensitive
        from category
        where case when has(category.sensitive) then category.sensitive end is not null
        group by category.category
    ) as kind on kind.category = case when has(item.category) then item.category end
    group by item.entry_id
) as rests on rests.entry_id = entry.entry_id
