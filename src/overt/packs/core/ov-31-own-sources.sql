-- id: OV-31
-- title: Every entry should have at least one source collected for it
-- asks: Was at least one source of each entry first collected for that entry?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 3, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: Catt v United Kingdom, application 43514/15 (2019-01-24 ..)
-- found in: Catt v United Kingdom, application 43514/15, 24 January 2019: 66 entries about one man, many of them on other people's records
-- severity: medium
-- gate: hold
-- limits: Compares the source's reference and the date of collection. An earlier entry about the same person counts as another entry. Two entries that used a source on the same date both count as the first. Whether a file on a bystander is justified can only be judged by reading it.
-- remedy: Record a source about this person, or move what is needed to the entry it belongs to and close this one.
with shared as (
    select item.source_ref, min(item.collected_on) as first_on,
           count(*) filter (where item.collected_on is null) as undated
    from item
    group by item.source_ref
    having count(*) > 1
)
select item.entry_id, max(item.collected_on) as last_collected_on,
       case when count(*) filter (
                where (shared.source_ref is null and item.source_ref is not null)
                      or (item.collected_on = shared.first_on and shared.undated = 0)
            ) > 0 then false
            when count(*) filter (where item.collected_on > shared.first_on) = count(*) then true end as breach,
       'every source was first collected under another entry' as reason
from item
left join shared on shared.source_ref = item.source_ref
where item.entry_id is not null
group by item.entry_id
