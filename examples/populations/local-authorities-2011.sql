-- Residents of the local authorities of England and Wales in the 18+1 codes, census of 2011.
create view population as
select 'census' as population_id, source_rows.geography as area, cast(source_rows.date as integer) as year,
       'ethnicity' as attribute, person.code as grp,
       cast(case person.code
         when 'W1' then source_rows."Ethnic Group: White: English/Welsh/Scottish/Northern Irish/British; measures: Value"
         when 'W2' then source_rows."Ethnic Group: White: Irish; measures: Value"
         when 'W3' then source_rows."Ethnic Group: White: Gypsy or Irish Traveller; measures: Value"
         when 'W9' then source_rows."Ethnic Group: White: Other White; measures: Value"
         when 'M1' then source_rows."Ethnic Group: Mixed/multiple ethnic group: White and Black Caribbean; measures: Value"
         when 'M2' then source_rows."Ethnic Group: Mixed/multiple ethnic group: White and Black African; measures: Value"
         when 'M3' then source_rows."Ethnic Group: Mixed/multiple ethnic group: White and Asian; measures: Value"
         when 'M9' then source_rows."Ethnic Group: Mixed/multiple ethnic group: Other Mixed; measures: Value"
         when 'A1' then source_rows."Ethnic Group: Asian/Asian British: Indian; measures: Value"
         when 'A2' then source_rows."Ethnic Group: Asian/Asian British: Pakistani; measures: Value"
         when 'A3' then source_rows."Ethnic Group: Asian/Asian British: Bangladeshi; measures: Value"
         when 'A4' then source_rows."Ethnic Group: Asian/Asian British: Chinese; measures: Value"
         when 'A9' then source_rows."Ethnic Group: Asian/Asian British: Other Asian; measures: Value"
         when 'B1' then source_rows."Ethnic Group: Black/African/Caribbean/Black British: Caribbean; measures: Value"
         when 'B2' then source_rows."Ethnic Group: Black/African/Caribbean/Black British: African; measures: Value"
         when 'B9' then source_rows."Ethnic Group: Black/African/Caribbean/Black British: Other Black; measures: Value"
         when 'O2' then source_rows."Ethnic Group: Other ethnic group: Arab; measures: Value"
         else source_rows."Ethnic Group: Other ethnic group: Any other ethnic group; measures: Value" end as bigint) as "count"
from source_rows,
     unnest(['W1', 'W2', 'W3', 'W9', 'M1', 'M2', 'M3', 'M9', 'A1', 'A2', 'A3', 'A4', 'A9', 'B1', 'B2', 'B9', 'O2', 'O9'])
       as person(code);
