-- id: EN-06
-- title: A file should use only one list of ethnic groups
-- asks: Are all self-defined ethnicities of the file from the same list, the 16+1 or the 18+1?
-- kind: benchmark
-- basis: Home Office self-defined ethnicity codes (18+1, and the older 16+1)
-- basis: Race Disparity Unit, Stop and search: interpreting and describing statistics (2021-03-31 ..)
-- severity: medium
-- gate: none
-- limits: Only values that are in one of the two lists and not in the other are counted: B1 is in both. Chinese is under Other in the older list and under Asian in the newer one, so totals over a mixed file are wrong for both groups.
-- remedy: Publish records coded to the old and the new list separately, or recode to one list and explain how.
with marked as (
  select case when trim(encounter.ethnicity_self) in (
                'O1', 'White - White British (W1)', 'White - White Irish (W2)',
                'White - Any other White ethnic background (W9)',
                'Mixed - White and Black Caribbean (M1)', 'Mixed - White and Black African (M2)',
                'Mixed - White and Asian (M3)', 'Mixed - Any other Mixed ethnic background (M9)',
                'Asian or Asian British - Indian (A1)', 'Asian or Asian British - Pakistani (A2)',
                'Asian or Asian British - Bangladeshi (A3)',
                'Asian or Asian British - Any other Asian ethnic background (A9)',
                'Black or Black British - Caribbean (B1)', 'Black or Black British - African (B2)',
                'Black or Black British - Any other Black ethnic background (B9)',
                'Chinese or other ethnic group - Chinese (O1)',
                'Chinese or other ethnic group - Any other ethnic group (O9)') then 1
              else 0
         end as older,
         case when trim(encounter.ethnicity_self) in (
                'W3', 'A4', 'O2', 'White - Gypsy or Irish Traveller (W3)',
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
         end as newer
  from encounter
  where trim(encounter.ethnicity_self) <> ''
),
counted as (
  select count(*) as filled_rows, sum(marked.older) as older_rows, sum(marked.newer) as newer_rows
  from marked
)
select 'ethnicity_self' as column_name, counted.filled_rows, counted.older_rows, counted.newer_rows,
       case when counted.older_rows > 0 and counted.newer_rows > 0 then true
            when counted.older_rows > 0 or counted.newer_rows > 0 then false
       end as breach,
       'one file contains values from both the older and the newer list' as reason
from counted
where counted.filled_rows > 0
