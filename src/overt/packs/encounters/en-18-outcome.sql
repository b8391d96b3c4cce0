-- id: EN-18
-- title: Each search says what came of it
-- asks: Is the outcome of each search filled in?
-- kind: benchmark
-- basis: Home Office, Police powers and procedures, England and Wales, which counts searches by outcome
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: Whether the outcome written down is the true one cannot be read from the file. A pack of another country decides what a stop there must say.
-- remedy: Fill in the outcome, or write that it is not yet known.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.outcome) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the outcome is blank' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
