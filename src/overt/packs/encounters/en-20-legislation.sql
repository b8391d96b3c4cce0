-- id: EN-20
-- title: Each search names the power it was made under
-- asks: Is the legislation of each search filled in?
-- kind: benchmark
-- basis: Columns of stop and search data on data.police.uk
-- basis: Police and Criminal Evidence Act 1984, Code A, powers to search (2015-03-19 .. 2023-01-16)
-- basis: Police and Criminal Evidence Act 1984, Code A, powers to search (2023-01-17 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, powers to search (2023-12-20 ..)
-- dated: occurred_on
-- severity: medium
-- gate: hold
-- limits: The Act asks for object and grounds (ss.2(3) and 3(6)) and not for the power by name; the Code does. Whether the power allowed the search cannot be read from the file. A power written in words that nobody knows is quiet here.
-- remedy: Name the Act and section; where none can be named, have the search looked into.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.legislation) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'no power is named' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
