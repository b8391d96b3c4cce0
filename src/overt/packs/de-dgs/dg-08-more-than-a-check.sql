-- id: DG-08
-- title: No one should be listed as an offender because of an identity check alone
-- asks: Does every active entry about a suspect that has items rest on more than what officers observed, or is there an outcome?
-- kind: benchmark
-- basis: Bundesverfassungsgericht, 1 BvR 1160/19, 1 October 2024, as the reason, not as the rule
-- dated: opened_on
-- severity: critical
-- gate: hold
-- limits: The court held that the law on storage had no adequate threshold; only its press release was read. The present threshold is in the amended law, whose text was not found. An entry is treated as resting on an identity check if every item is an observation by officers and the person has no outcome. An entry without items is not examined.
-- remedy: Support the entry with something that the person is said to have done, or close it.
select entry.entry_id, entry.opened_on, entry.unit,
       case when held.other_count > 0 or followed.outcome_count > 0 then false
            when not has(outcome.subject_id) then null
            when entry.subject_id is null or entry.status is null or entry.role is null then null
            when held.unknown_count = 0 then true end as breach,
       'listed as a suspect only because of what officers observed' as reason
from entry
join (
    select item.entry_id,
           count(*) filter (where item.origin <> 'observation') as other_count,
           count(*) filter (where item.origin is null) as unknown_count
    from item
    group by item.entry_id
) as held on held.entry_id = entry.entry_id
left join (
    select outcome.subject_id, count(*) as outcome_count
    from outcome
    group by outcome.subject_id
) as followed on followed.subject_id = entry.subject_id
where (entry.status = 'active' or entry.status is null)
      and (entry.role = 'suspect' or entry.role is null)
