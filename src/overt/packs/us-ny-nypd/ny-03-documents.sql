-- id: NY-03
-- title: Each entry should have supporting documents
-- asks: Does at least one item of each active entry name a document?
-- kind: benchmark
-- basis: New York City Department of Investigation, report on the Criminal Group Database, April 2023
-- found in: New York Criminal Group Database: entries without supporting documents, Department of Investigation, April 2023, as reported by Gothamist
-- severity: high
-- gate: none
-- limits: A recommendation, known as reported, so this control is a benchmark. Checks that a reference is recorded. Whether the document exists and supports the entry can only be checked by reading a sample.
-- remedy: Attach the documents, or close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when shown.document_count > 0 then false
            when entry.status is null then null
            else true end as breach,
       'no item of the entry names a document' as reason
from entry
left join (
    select item.entry_id, count(*) filter (where trim(item.evidence_ref) <> '') as document_count
    from item
    group by item.entry_id
) as shown on shown.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
