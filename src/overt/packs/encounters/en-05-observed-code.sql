-- id: EN-05
-- title: Officer-observed ethnicity should use a police code list
-- asks: Is each observed ethnicity a group or code that the police and the Home Office publish?
-- kind: code
-- basis: Groups of officer-defined ethnicity on data.police.uk and in Home Office use of force statistics; identity codes IC1 to IC6 and IC9
-- basis: Equality Act 2010 s.149, as the reason (2011-04-05 ..)
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: The lists are for England and Wales. If no row uses them, the source is probably from elsewhere, and every row is unknown. What an officer observes is not how a person describes themselves, and the two are never combined.
-- remedy: Record the group from the list. If another list was used, publish it with the data.
with worded as (
  select encounter.encounter_id, encounter.occurred_on, encounter.unit,
         case when trim(encounter.ethnicity_observed) in (
                'White', 'Black', 'Asian', 'Mixed', 'Other',
                'Black (or Black British)', 'Asian (or Asian British)', 'Chinese', 'Don''t know', 'Not reported',
                'IC1', 'IC2', 'IC3', 'IC4', 'IC5', 'IC6', 'IC9') then 1
              else 0
         end as listed
  from encounter
  where trim(encounter.ethnicity_observed) <> ''
),
source_uses as (
  select max(worded.listed) as listed from worded
)
select worded.encounter_id, worded.occurred_on, worded.unit,
       case when worded.listed = 1 then false
            when source_uses.listed = 1 then true
       end as breach,
       'the value is in none of the lists' as reason
from worded cross join source_uses
