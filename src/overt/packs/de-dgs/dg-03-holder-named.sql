-- id: DG-03
-- title: Each assessment should name the holder of the documents behind it
-- asks: Does every personal assessment in an active entry name the source that holds the documents it rests on?
-- kind: benchmark
-- basis: Bundesdatenschutzgesetz section 73, as the reason, not as the rule (2018-05-25 ..)
-- dated: collected_on
-- severity: high
-- gate: hold
-- limits: The section requires that it can be established which authority holds the documents; that the reference to the source does this is our reading. Checks that a source is named, not that it still holds them. Whether an item is marked is a matter for DG-02.
-- remedy: Name the authority that holds the documents, or delete the assessment.
select item.item_id, item.entry_id, item.collected_on, entry.unit,
       case when trim(item.source_ref) <> '' then false
            when entry.status is null or item.basis is null then null
            else true end as breach,
       'the holder of the documents is not named' as reason
from item
left join entry on entry.entry_id = item.entry_id
where (entry.status = 'active' or entry.status is null)
      and (item.basis = 'assessment' or item.basis is null)
