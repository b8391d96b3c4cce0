-- id: OV-04
-- title: Every item must be marked as fact or personal assessment
-- asks: Is every item marked as fact or as assessment?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(2) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4 (2000-03-01 .. 2018-05-24)
-- dated: collected_on
-- severity: medium
-- gate: hold
-- limits: Checks that the item is marked, not that the mark is right: an opinion that is marked as a fact passes. The section requires the distinction so far as possible.
-- remedy: Mark the item as fact or assessment, or delete it if it is not known which it is.
select item.item_id, item.entry_id, item.collected_on,
       case when coalesce(trim(item.basis), '') = '' then true
            when item.basis in ('fact', 'assessment') then false end as breach,
       'the item is not marked as fact or assessment' as reason
from item
