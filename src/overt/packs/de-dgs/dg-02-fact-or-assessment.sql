-- id: DG-02
-- title: Facts must be distinguished from personal assessments
-- asks: Is every item of an active entry marked as a fact or as a personal assessment?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 73 (2018-05-25 ..)
-- dated: collected_on
-- severity: medium
-- gate: hold
-- limits: Checks that an item is marked, not that the mark is right.
-- remedy: Mark the item, or delete it.
select item.item_id, item.entry_id, item.collected_on, entry.unit,
       case when item.basis in ('fact', 'assessment') then false
            when entry.status is null then null
            else true end as breach,
       'not marked as a fact or an assessment' as reason
from item
left join entry on entry.entry_id = item.entry_id
where entry.status = 'active' or entry.status is null
