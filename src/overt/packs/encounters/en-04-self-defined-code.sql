-- id: EN-04
-- title: Self-defined ethnicity should use a Home Office code list
-- asks: Is each self-defined ethnicity a code or wording of the 18+1 or the 16+1 list?
-- kind: code
-- basis: Home Office self-defined ethnicity codes (18+1, and the older 16+1)
-- basis: Equality Act 2010 s.149, as the reason (2011-04-05 ..)
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: The lists are for England and Wales. If no row uses them, the source is probably from elsewhere, and every row is unknown. Wording is compared letter by letter, ignoring blanks at either end.
-- remedy: Record the code the person chose. If another list was used, publish it with the data.
with worded as (
  select encounter.encounter_id, encounter.occurred_on, encounter.unit,
         case when trim(encounter.ethnicity_self) in (
                'W1', 'W2', 'W3', 'W9', 'M1', 'M2', 'M3', 'M9', 'A1', 'A2', 'A3', 'A4', 'A9',
                'B1', 'B2', 'B9', 'O1', 'O2', 'O9', 'NS',
                'White - White British (W1)', 'White - White Irish (W2)',
                'White - Gypsy or Irish Traveller (W3)', 'White - Any other White ethnic background (W9)',
                'Mixed - White and Black Caribbean (M1)', 'Mixed - White and Black African (M2)',
                'Mixed - White and Asian (M3)', 'Mixed - Any other Mixed ethnic background (M9)',
                'Asian or Asian British - Indian (A1)', 'Asian or Asian British - Pakistani (A2)',
                'Asian or Asian British - Bangladeshi (A3)',
                'Asian or Asian British - Any other Asian ethnic background (A9)',
                'Black or Black British - Caribbean (B1)', 'Black or Black British - African (B2)',
                'Black or Black British - Any other Black ethnic background (B9)',
                'Chinese or other ethnic group - Chinese (O1)',
                'Chinese or other ethnic group - Any other ethnic group (O9)', 'Not Stated (NS)',
                'White - English/Welsh/Scottish/Northern Irish/British', 'White - Irish',
                'White - Gypsy or Irish Traveller', 'White - Any other White background',
                'Mixed/Multiple ethnic groups - White and Black Caribbean',
                'Mixed/Multiple ethnic groups - White and Black African',
                'Mixed/Multiple ethnic groups - White and Asian',
                'Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background',
                'Asian/Asian British - Indian', 'Asian/Asian British - Pakistani',
                'Asian/Asian British - Bangladeshi', 'Asian/Asian British - Chinese',
                'Asian/Asian British - Any other Asian background',
                'Black/African/Caribbean/Black British - African',
                'Black/African/Caribbean/Black British - Caribbean',
                'Black/African/Caribbean/Black British - Any other Black/African/Caribbean background',
                'Other ethnic group - Arab', 'Other ethnic group - Any other ethnic group',
                'Other ethnic group - Not stated') then 1
              else 0
         end as listed
  from encounter
  where trim(encounter.ethnicity_self) <> ''
),
source_uses as (
  select max(worded.listed) as listed from worded
)
select worded.encounter_id, worded.occurred_on, worded.unit,
       case when worded.listed = 1 then false
            when source_uses.listed = 1 then true
       end as breach,
       'the value is in neither list' as reason
from worded cross join source_uses
