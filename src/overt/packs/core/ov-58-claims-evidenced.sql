-- id: OV-58
-- title: Public claims about the register should be supported by evidence
-- asks: Does each public statement that something was done refer to a document that shows it?
-- kind: benchmark
-- basis: A public body should be able to show what it says it has done: a measure of this project, not law
-- found in: Project Alpha: five bodies were named as consulted; three of them told the Guardian that they were never formally consulted, as reported by the Guardian, June 2022
-- severity: medium
-- gate: none
-- limits: Checks that a document is named, not that it supports the statement. A claim whose wording was not kept cannot be judged.
-- remedy: Record the document, or correct the statement where it was made.
select claim.claim_id, claim.kind,
       case when trim(claim.evidence_ref) <> '' then false
            when claim.stated is null then null
            else true end as breach,
       'no document is named' as reason
from claim
