-- id: EN-27
-- title: Where a person does not say an ethnicity, what the officer saw is written down
-- asks: Where the self-defined ethnicity of a person searched is refused or missing, is the observed one filled in?
-- kind: benchmark
-- basis: Police and Criminal Evidence Act 1984 s.3(6A), as the reason, not as the rule (2011-03-07 ..)
-- in force: 2011-03-07 ..
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: The section asks for what the officer saw where that differs from what the person said, which cannot be seen from a record: the control reads it so that without an answer the officer's view is needed, and is a benchmark. Use of force is another record and out of scope. A vehicle searched with nobody in it has no ethnicity and is left out. "Not stated" is read by the words that forces use.
-- remedy: Write down the ethnicity that the officer saw.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.ethnicity_observed) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'neither what the person said nor what the officer saw is recorded' as reason
from encounter
where (coalesce(trim(encounter.ethnicity_self), '') = ''
       or upper(trim(encounter.ethnicity_self)) = 'NS'
       or lower(encounter.ethnicity_self) like '%not stated%'
       or lower(encounter.ethnicity_self) like '%refused%')
  and (encounter.kind is null
       or (lower(encounter.kind) like '%search%' and lower(trim(encounter.kind)) <> 'vehicle search'))
