-- id: CG-14
-- title: The approval should be attested in writing
-- asks: Does each active entry name the document in which the approval was attested?
-- kind: benchmark
-- basis: California Code of Regulations, title 11, section 753.4(c), by analogy: a written attestation before the entry (2020-10-22 ..)
-- in force: 2020-10-22 ..
-- dated: opened_on
-- severity: medium
-- gate: none
-- limits: The section is about designating a gang, and the one on entering a person was not found, so this control is a benchmark. Checks that a document is named, not its date or content.
-- remedy: Have the supervisor attest in writing what was reviewed, and record the document; or purge the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when trim(entry.attestation_ref) <> '' then false
            when entry.status is not null then true end as breach,
       'no attestation is recorded' as reason
from entry
where entry.status = 'active' or entry.status is null
