-- id: MA-02
-- title: An active entry should not rest on field reports alone
-- asks: Does every active entry that has items have at least one from a source other than what officers observed?
-- kind: benchmark
-- basis: City of Boston, update on police-reform policies, 8 June 2021: field reports are not the sole criterion (2021-06-08 ..)
-- in force: 2021-06-08 ..
-- dated: opened_on
-- severity: high
-- gate: hold
-- limits: The revised rule itself was not seen. An entry from before 8 June 2021 is not examined. An entry without any item is not examined.
-- remedy: Support the entry with another source, or close it.
select entry.entry_id, entry.opened_on, entry.unit,
       case when sourced.other_count > 0 then false
            when entry.status is null or sourced.unknown_count > 0 then null
            else true end as breach,
       'every item is a field report' as reason
from entry
join (
    select item.entry_id,
           count(*) filter (where item.origin <> 'observation') as other_count,
           count(*) filter (where item.origin is null) as unknown_count
    from item
    group by item.entry_id
) as sourced on sourced.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
