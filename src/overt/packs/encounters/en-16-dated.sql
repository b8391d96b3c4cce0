-- id: EN-16
-- title: Each encounter has its date
-- asks: Is the local day of each encounter known?
-- kind: code
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2015-03-19 .. 2023-12-19)
-- basis: Police and Criminal Evidence Act 1984, Code A, records of searches (2023-12-20 ..)
-- severity: medium
-- gate: refuse
-- limits: A time in UTC alone leaves the local day open by one, and so the row unknown. A published table of totals has no dates to show.
-- remedy: Write the date and the time of the encounter.
select encounter.encounter_id, encounter.unit,
       case when encounter.occurred_on is not null then false
            when has(encounter.occurred_at) then case when encounter.occurred_at is null then true end
       end as breach,
       'neither a day nor a time is recorded' as reason
from encounter
