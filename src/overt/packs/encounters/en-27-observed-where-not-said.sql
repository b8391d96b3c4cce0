-- id: EN-27
-- title: Where a person does not state an ethnicity, the officer-observed ethnicity should be recorded
-- asks: Where the self-defined ethnicity of a person searched is refused or missing, is the observed ethnicity completed?
-- kind: benchmark
-- basis: Police and Criminal Evidence Act 1984 s.3(6A), as the reason, not as the rule (2011-03-07 ..)
-- in force: 2011-03-07 ..
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: The section requires the officer's observation where it differs from what the person said, which a record cannot show. The control reads it to mean that the observation is needed if there is no answer, and is therefore a benchmark. Use of force is a separate record and out of scope. A vehicle searched with no one in it has no ethnicity and is left out. "Not stated" is recognised by the words that forces use.
-- remedy: Record the officer-observed ethnicity.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.ethnicity_observed) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'neither self-defined nor observed ethnicity is recorded' as reason
from encounter
where (coalesce(trim(encounter.ethnicity_self), '') = ''
       or upper(trim(encounter.ethnicity_self)) = 'NS'
       or lower(encounter.ethnicity_self) like '%not stated%'
       or lower(encounter.ethnicity_self) like '%refused%')
  and (encounter.kind is null
       or (lower(encounter.kind) like '%search%' and lower(trim(encounter.kind)) <> 'vehicle search'))
