-- id: EN-28
-- title: A person who asks in time must be given a copy of the record
-- asks: Where a copy of the record was requested within three months of the search, was it given?
-- kind: statute
-- basis: Police and Criminal Evidence Act 1984 s.3(7)-(9) (2011-03-07 ..)
-- in force: 2011-03-07 ..
-- dated: occurred_on
-- severity: medium
-- gate: none
-- limits: The section sets no date by which the copy must be given, so the copy is due from the date of the request. A person who asks after three months has no right to a copy and is out of scope; the months do not count the date of the search. Use of force is a separate record and out of scope. A published file usually lacks both dates.
-- remedy: Give the copy, and record the date.
select encounter.encounter_id, encounter.occurred_on, encounter.copy_asked_on, encounter.unit,
       case when encounter.copy_given_on is not null then false
            when encounter.occurred_on is not null and encounter.kind is not null then true
       end as breach,
       'no copy was given' as reason
from encounter
where encounter.copy_asked_on is not null
  and (encounter.occurred_on is null or encounter.copy_asked_on <= months_after(encounter.occurred_on, 3))
  and (encounter.kind is null or lower(encounter.kind) like '%search%')
