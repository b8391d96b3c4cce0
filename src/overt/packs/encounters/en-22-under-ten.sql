-- id: EN-22
-- title: No child under 10 should be recorded as searched
-- asks: Is the age band of each person searched 10 or above?
-- kind: benchmark
-- basis: Children Act 2004 s.11(2), as the reason in England (2005-10-01 ..)
-- basis: College of Policing, Authorised Professional Practice, Review, retention and disposal: a child under ten cannot be guilty of an offence
-- dated: occurred_on
-- severity: high
-- gate: hold
-- limits: The Act requires arrangements, applies in England and names no column. No law forbids every such search, and the age may be a recording error. Reads the bands of data.police.uk; a band in other words, or none, is unknown.
-- remedy: Check each record: correct the age, or keep the safeguarding decision with it.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when lower(trim(encounter.age_band)) = 'under 10' then true
            when lower(trim(encounter.age_band)) in ('10-17', '18-24', '25-34', 'over 34') then false
       end as breach,
       'a child under 10 is recorded as searched' as reason
from encounter
where encounter.kind is null
   or (lower(encounter.kind) like '%search%' and lower(trim(encounter.kind)) <> 'vehicle search')
