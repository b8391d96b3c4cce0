-- id: EN-20
-- title: Each search should record the legal power used
-- asks: Is the legislation of each search completed?
-- kind: benchmark
-- basis: Columns of stop and search data on data.police.uk
-- basis: Police and Criminal Evidence Act 1984, Code A, powers to search (2015-03-19 .. 2023-01-16)
-- basis: Police and Criminal Evidence Act 1984, Code A, powers to search (2023-01-17 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, powers to search (2023-12-20 ..)
-- dated: occurred_on
-- severity: medium
-- gate: hold
-- limits: The Act requires the object and the grounds (ss.2(3) and 3(6)) and not the name of the power; the Code does. The file cannot show whether the power allowed the search. A power recorded in words that are not recognised complies here.
-- remedy: Name the Act and section. If none can be named, have the search investigated.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.legislation) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'no legal power is recorded' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
