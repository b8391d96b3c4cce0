-- id: OV-58
-- title: What was claimed in public has evidence
-- asks: Does each public statement that something was done refer to a document that shows it?
-- kind: benchmark
-- basis: What a public body says it has done it can show: a measure of this project, not law
-- found in: Project Alpha: five bodies were named as consulted; three of them told the Guardian that they were never formally consulted, as reported by the Guardian, June 2022
-- severity: medium
-- gate: none
-- limits: sees whether a document is named, not whether it bears the statement out; a claim of which the words were not kept cannot be judged
-- remedy: Record the document, or correct the statement where it was made.
select claim.claim_id, claim.kind,
       case when trim(claim.evidence_ref) <> '' then false
            when claim.stated is null then null
            else true end as breach,
       'no document is named' as reason
from claim
