-- id: CG-02
-- title: An admission must be recorded in a document
-- asks: Does each item that rests on the person's own admission name the document that records it?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 752.4(a)(1) (2020-10-22 ..)
-- dated: collected_on
-- found in: CalGang: of 42 people under one year old when entered, 28 were entered for admitting membership, California State Auditor, report 2015-130, as reported by Latino Report
-- severity: high
-- gate: refuse
-- limits: Admissions recorded before 22 October 2020 are judged by this as a benchmark. Checks that a document is named, not that it records the words, the place and who was present, or that the admission was truthful, voluntary and competent. Saying where one lives is not an admission; only a person reading the record can tell.
-- remedy: Attach the record of the admission, or delete the item.
select item.item_id, item.entry_id, item.collected_on,
       case when trim(item.evidence_ref) <> '' then false
            when item.origin is null then null
            else true end as breach,
       'the admission has no document' as reason
from item
where item.origin = 'self_admission' or item.origin is null
