-- id: EN-18
-- title: Each search should record its outcome
-- asks: Is the outcome of each search completed?
-- kind: benchmark
-- basis: Home Office, Police powers and procedures, England and Wales, which counts searches by outcome
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: The file cannot show whether the recorded outcome is the true one. A pack for another country sets what a record of a stop there must contain.
-- remedy: Record the outcome, or state that it is not yet known.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.outcome) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the outcome is blank' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
