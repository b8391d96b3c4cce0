-- id: OV-38
-- title: Private material names the authority it was collected under
-- asks: Was each item from a private account or a persona collected under an authority?
-- kind: statute
-- basis: Regulation of Investigatory Powers Act 2000 ss.26-29 (2000-09-25 ..)
-- basis: European Convention on Human Rights art 8
-- dated: collected_on
-- found in: Project Alpha: profiles were made from "private and open" accounts, as reported by Byline Times, 25 October 2021
-- severity: critical
-- gate: refuse
-- limits: sees that an authority is named, not that it was necessary or proportionate; whether it was in force on the day is asked by OV-39, and whether it covered the person by OV-44
-- remedy: Record the authority the item was collected under, or delete the item and report the error to the oversight body.
select item.item_id, item.entry_id, item.collected_on,
       case when item.authority_id is not null then false
            when item.visibility is null then null
            else true end as breach,
       'no authority is recorded' as reason
from item
where item.visibility in ('private', 'persona') or item.visibility is null
