-- id: EN-19
-- title: Each search says what was looked for
-- asks: Is the object of each search filled in?
-- kind: statute
-- basis: Police and Criminal Evidence Act 1984 s.3(6)(a)(i) (2011-03-07 ..)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2015-03-19 .. 2023-01-16)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-01-17 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-12-20 ..)
-- in force: 2011-03-07 ..
-- dated: occurred_on
-- severity: medium
-- gate: refuse
-- limits: A record need not be made where that is not practicable (s.3(1)). Searches with consent are under this section only by the Code, and those under other Acts by their own. Use of force is another record and out of scope. Whether the object was what the officer had in mind cannot be read from the file; where it only follows from the power, EN-03 says so.
-- remedy: Write down what was looked for before the search begins.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.object_of_search) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the object of the search is blank' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
