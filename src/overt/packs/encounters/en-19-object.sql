-- id: EN-19
-- title: Each search says what was looked for
-- asks: Is the object of each search filled in?
-- kind: code
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2015-03-19 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-12-20 ..)
-- dated: occurred_on
-- severity: medium
-- gate: refuse
-- limits: Whether the object was what the officer had in mind cannot be read from the file; where it only follows from the power, EN-03 says so.
-- remedy: Write down what was looked for before the search begins.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.object_of_search) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the object of the search is blank' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
