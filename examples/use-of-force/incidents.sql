-- Police use of force, incidents by ethnicity as the officer saw it: the row of totals in sheet Table_4 of the Home
-- Office's ODS tables, whose names stand in row 5 (`--sheet Table_4 --header-row 5`). One row for each group, which
-- stands for as many incidents as `row_count` says. "Don't know" and "Not reported" are no group.
create view encounter as
select person.grp as encounter_id, 'Use of force' as kind, person.grp as ethnicity_observed,
       case when person.grp in ('White', 'Mixed', 'Other') then person.grp when person.grp like 'Black%' then 'Black'
            when person.grp in ('Asian (or Asian British)', 'Chinese') then 'Asian' end as ethnicity_observed_group,
       cast(cast(case person.grp
         when 'White' then source_rows."White" when 'Black (or Black British)' then source_rows."Black (or Black British)"
         when 'Asian (or Asian British)' then source_rows."Asian (or Asian British)"
         when 'Chinese' then source_rows."Chinese" when 'Mixed' then source_rows."Mixed" when 'Other' then source_rows."Other"
         when 'Don''t know' then source_rows."Don't know" else source_rows."Not reported" end as double) as bigint) as row_count
from source_rows,
     unnest(['White', 'Black (or Black British)', 'Asian (or Asian British)', 'Chinese', 'Mixed', 'Other', 'Don''t know',
             'Not reported']) as person(grp)
where source_rows._row = 1;
