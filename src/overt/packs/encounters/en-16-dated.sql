-- id: EN-16
-- title: Each search has its date
-- asks: Is the local day of each search known?
-- kind: statute
-- basis: Police and Criminal Evidence Act 1984 s.3(6)(a)(iii) (2011-03-07 ..)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2015-03-19 .. 2023-01-16)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-01-17 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-12-20 ..)
-- severity: medium
-- gate: refuse
-- limits: A record need not be made where that is not practicable (s.3(1)). Searches with consent are under this section only by the Code, and those under other Acts by their own. Use of force is another record and out of scope. The section asks for date and time; a published file may have the date alone, which is quiet here. A time in UTC alone leaves the local day open by one, and so the row unknown. A published table of totals has no dates to show.
-- remedy: Write the date and the time of the search.
select encounter.encounter_id, encounter.unit,
       case when encounter.occurred_on is not null then false
            when has(encounter.occurred_at)
                then case when encounter.occurred_at is null and encounter.kind is not null then true end
       end as breach,
       'neither a day nor a time is recorded' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
