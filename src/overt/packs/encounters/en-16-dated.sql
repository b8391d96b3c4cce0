-- id: EN-16
-- title: Each search must have a date
-- asks: Is the local date of each search known?
-- kind: statute
-- basis: Police and Criminal Evidence Act 1984 s.3(6)(a)(iii) (2011-03-07 ..)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2015-03-19 .. 2023-01-16)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-01-17 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-12-20 ..)
-- severity: medium
-- gate: refuse
-- limits: A record need not be made where that is not practicable (s.3(1)). Searches with consent come under this section only through the Code, and those under other Acts through their own provisions. Use of force is a separate record and out of scope. The section requires the date and time; a published file may have only the date, which complies here. A time in UTC alone leaves the local date uncertain by one day, so the row is unknown. A published table of totals has no dates to show.
-- remedy: Record the date and the time of the search.
select encounter.encounter_id, encounter.unit,
       case when encounter.occurred_on is not null then false
            when has(encounter.occurred_at)
                then case when encounter.occurred_at is null and encounter.kind is not null then true end
       end as breach,
       'neither a date nor a time is recorded' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
