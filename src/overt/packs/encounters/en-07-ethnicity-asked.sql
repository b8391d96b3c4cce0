-- id: EN-07
-- title: The ethnicity of each person searched is asked and written down
-- asks: Where a person was searched, is the self-defined ethnicity filled in?
-- kind: statute
-- basis: Police and Criminal Evidence Act 1984 s.3(6)(a)(v), (6A) (2011-03-07 ..)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2015-03-19 .. 2023-01-16)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-01-17 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-12-20 ..)
-- basis: Equality Act 2010 s.149, as the reason (2011-04-05 ..)
-- in force: 2011-03-07 ..
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: A record need not be made where that is not practicable (s.3(1)). Searches with consent are under this section only by the Code, and those under other Acts by their own. Use of force is another record and out of scope. That what an officer saw is noted where it differs cannot be told from a blank. A vehicle searched with nobody in it has no ethnicity and is left out. "Not stated" is an answer and is quiet here: EN-08 counts it. A published file may lack what the record holds.
-- remedy: Write the code the person chose, or NS where the person declined.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.ethnicity_self) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the self-defined ethnicity is blank' as reason
from encounter
where encounter.kind is null
   or (lower(encounter.kind) like '%search%' and lower(trim(encounter.kind)) <> 'vehicle search')
