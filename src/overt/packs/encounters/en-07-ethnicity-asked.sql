-- id: EN-07
-- title: The ethnicity of each person met is asked and written down
-- asks: Where a person was searched or force was used, is the self-defined ethnicity filled in?
-- kind: code
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2015-03-19 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-12-20 ..)
-- basis: Equality Act 2010, s.149 (2011-04-05 ..)
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: A vehicle searched with nobody in it has no ethnicity and is left out. "Not stated" is an answer and is quiet here: EN-08 counts it. A published file may lack what the record holds.
-- remedy: Write the code the person chose, or NS where the person declined.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.ethnicity_self) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the self-defined ethnicity is blank' as reason
from encounter
where encounter.kind is null or lower(trim(encounter.kind)) <> 'vehicle search'
