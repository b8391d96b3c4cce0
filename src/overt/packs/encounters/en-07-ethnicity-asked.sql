-- id: EN-07
-- title: Each person searched must be asked for their self-defined ethnicity, and the answer recorded
-- asks: Where a person was searched, is the self-defined ethnicity completed?
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
-- limits: A record need not be made where that is not practicable (s.3(1)). Searches with consent come under this section only through the Code, and those under other Acts through their own provisions. Use of force is a separate record and out of scope. A blank does not show whether an officer's different observation should have been noted. A vehicle searched with no one in it has no ethnicity and is left out. "Not stated" is an answer and complies here: EN-08 counts it. A published file may lack data that the record holds.
-- remedy: Record the code the person chose, or NS if the person declined.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.ethnicity_self) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the self-defined ethnicity is blank' as reason
from encounter
where encounter.kind is null
   or (lower(encounter.kind) like '%search%' and lower(trim(encounter.kind)) <> 'vehicle search')
