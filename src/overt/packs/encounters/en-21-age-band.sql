-- id: EN-21
-- title: Each search of a person should record their age band
-- asks: Where a person was searched, is the age band completed?
-- kind: benchmark
-- basis: Children Act 2004 s.11(2), as the reason in England (2005-10-01 ..)
-- basis: Race Disparity Unit, Stop and search: interpreting and describing statistics (2021-03-31 ..)
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: The Act requires arrangements, applies in England and names no column. A person may decline to give an age, and an officer's estimate is not an age. A vehicle searched with no one in it is left out.
-- remedy: Record the age band that the person gave, or the officer's estimate marked as such.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when trim(encounter.age_band) <> '' then false
            when encounter.kind is not null then true
       end as breach,
       'the age band is blank' as reason
from encounter
where encounter.kind is null
   or (lower(encounter.kind) like '%search%' and lower(trim(encounter.kind)) <> 'vehicle search')
