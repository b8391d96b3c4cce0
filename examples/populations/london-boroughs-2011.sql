-- Residents of the 32 London boroughs by broad ethnic group, census of 2011: the area of the Metropolitan Police, which
-- the City of London (E09000001) is not in. Chinese is in Asian, as in the 18+1 list.
create view population as
with boroughs as (
  select source_rows.geography as area, cast(source_rows.date as integer) as year,
         source_rows."Ethnic Group: White; measures: Value" as white,
         source_rows."Ethnic Group: Mixed; measures: Value" as mixed,
         source_rows."Ethnic Group: Asian; measures: Value" as asian,
         source_rows."Ethnic Group: Black; measures: Value" as black,
         source_rows."Ethnic Group: Other; measures: Value" as other
  from source_rows
  where source_rows."geography code" like 'E09%' and source_rows."geography code" <> 'E09000001'
)
select 'London boroughs, census' as population_id, boroughs.area as area, boroughs.year as year, 'ethnicity' as attribute,
       person.grp as grp,
       cast(case person.grp when 'White' then boroughs.white when 'Mixed' then boroughs.mixed
                            when 'Asian' then boroughs.asian when 'Black' then boroughs.black
                            else boroughs.other end as bigint) as "count"
from boroughs, unnest(['White', 'Mixed', 'Asian', 'Black', 'Other']) as person(grp);
