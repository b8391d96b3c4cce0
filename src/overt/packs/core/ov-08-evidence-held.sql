-- id: OV-08
-- title: Every item should refer to a supporting document
-- asks: Does every item name the document it rests on?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.34(3), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 3 and 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- dated: collected_on
-- found in: CalGang: 131 of 563 criteria entries, 23 per cent, lacked support, California State Auditor, report 2015-130, 11 August 2016
-- found in: New York Criminal Group Database: entries without supporting documents, Department of Investigation, April 2023, as reported by Gothamist
-- severity: high
-- gate: hold
-- limits: Checks that a reference is recorded. Whether the document exists and supports the item can only be checked by reading a sample.
-- remedy: Record the document's reference, or delete the item.
select item.item_id, item.entry_id, item.collected_on,
       case when trim(item.evidence_ref) <> '' then false
            when item.entry_id is null then null
            else true end as breach,
       'no document is named' as reason
from item
