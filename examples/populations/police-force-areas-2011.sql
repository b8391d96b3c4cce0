-- Residents of police force areas by the groups in which officers record whom they used force on, census of 2011. The
-- area is the force's name, so that counts by force meet it. Chinese is put under Asian, as in the 18+1 list.
create view population as
select 'force areas, census' as population_id, trim(source_rows."Police force") as area, 2011 as year,
       'ethnicity' as attribute,
       person.grp as grp,
       case person.grp
         when 'White' then cast(source_rows."White" as bigint)
         when 'Black' then cast(source_rows."Black (or Black British)" as bigint)
         when 'Asian' then cast(source_rows."Asian (or Asian British)" as bigint) + cast(source_rows."Chinese" as bigint)
         when 'Mixed' then cast(source_rows."Mixed" as bigint)
         else cast(source_rows."Other" as bigint) end as "count"
from source_rows, unnest(['White', 'Mixed', 'Asian', 'Black', 'Other']) as person(grp);
