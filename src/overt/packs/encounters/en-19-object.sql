-- id: EN-19
-- title: Each search must record its object
-- asks: Is the object of each search completed?
-- kind: statute
-- basis: Police and Criminal Evidence Act 1984 s.3(6)(a)(i) (2011-03-07 ..)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2015-03-19 .. 2023-01-16)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-01-17 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-12-20 ..)
-- in force: 2011-03-07 ..
-- dated: occurred_on
-- severity: medium
-- gate: refuse
-- limits: A record need not be made where that is not practicable (s.3(1)). Searches with consent come under this section only through the Code, and those under other Acts through their own provisions. Use of force is a separate record and out of scope. The file cannot show whether the object was what the officer had in mind; EN-03 shows where it only follows from the power.
-- remedy: Record the object before the search begins.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.object_of_search) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the object of the search is blank' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
