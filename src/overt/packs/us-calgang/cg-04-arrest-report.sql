-- id: CG-04
-- title: The arrest criterion must be supported by an arrest or crime report
-- asks: Does each item recorded under the arrest criterion come from an arrest or police record, with its document, and not from a field card alone?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 752.4(a)(2) (2020-10-22 ..)
-- dated: collected_on
-- severity: high
-- gate: refuse
-- limits: Items recorded before 22 October 2020 are judged by this as a benchmark. The criterion is found by its name, which is a threshold of the pack. A field card is read as an item whose origin is observation. The document is not opened.
-- remedy: Attach the arrest or crime report, or delete the item.
select item.item_id, item.entry_id, item.collected_on,
       case when has(item.evidence_ref) then coalesce(trim(item.evidence_ref), '') = '' end
       or case when has(item.origin) then item.origin not in ('arrest', 'police_record') end as breach,
       case when case when has(item.evidence_ref) then coalesce(trim(item.evidence_ref), '') = '' end
                then 'no arrest or crime report is named'
            else 'the item does not come from an arrest or police record' end as reason
from item
where lower(trim(item.category)) = :arrest_criterion
