-- id: OV-07
-- title: An active entry should not rest only on unreliable sources or information suspected to be false
-- asks: Does every active entry with items have at least one item whose source is not graded unreliable and whose information is not suspected to be false?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- severity: critical
-- gate: refuse
-- limits: Relies on the grades as recorded. Treats 3 or E (3x5x2) and D or 5 (5x5x5) as weak grades. An entry without items is a matter for OV-06, and an item without a grade for OV-05.
-- remedy: Close the entry, or record the reliable source it rests on.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active'
       and case when graded.sound > 0 then false when graded.weak = graded.item_count then true end as breach,
       'every source is graded unreliable, or its information is suspected to be false' as reason
from entry
join (
    select item.entry_id, count(*) as item_count,
           count(*) filter (
               where item.source_grade in ('1', '2', 'A', 'B', 'C', 'E')
                     and item.information_grade in ('A', 'B', 'C', 'D', '1', '2', '3', '4')
           ) as sound,
           count(*) filter (
               where case when has(item.source_grade) then item.source_grade in ('3', 'D') end
                     or case when has(item.information_grade) then item.information_grade in ('E', '5') end
           ) as weak
    from item
    group by item.entry_id
) as graded on graded.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
