-- Stop and search in one local authority, fetched from the data.police.uk interface by BlackThrive: one row a search.
-- The columns `county`, `region`, `country` and `involved_person` are not in the model: the first three never differ
-- within an authority, and the last only says that the type is not "Vehicle search".
create view encounter as
select format('{:08d}', source_rows._row) as encounter_id,
       source_rows.type as kind,
       -- As it is: Overt reads it, takes times without an offset as UTC and refuses, by its row, what is no time.
       source_rows.datetime as occurred_at,
       -- The day is the one in London.
       case when source_rows.datetime like '____-__-__%'
            then cast(timezone('Europe/London', cast(source_rows.datetime as timestamptz)) as date)
       end as occurred_on,
       source_rows.la as unit,
       nullif(source_rows.age_range, '') as age_band,
       nullif(source_rows.gender, '') as sex,
       nullif(source_rows.self_defined_ethnicity, '') as ethnicity_self,
       nullif(source_rows.officer_defined_ethnicity, '') as ethnicity_observed,
       -- "Other ethnic group - Not stated" is no ethnic group.
       case when lower(source_rows.self_defined_ethnicity) like '%not stated%' then null
            when source_rows.self_defined_ethnicity like 'White%' then 'White'
            when source_rows.self_defined_ethnicity like 'Mixed%' then 'Mixed'
            when source_rows.self_defined_ethnicity like 'Asian%' then 'Asian'
            when source_rows.self_defined_ethnicity like 'Black%' then 'Black'
            when source_rows.self_defined_ethnicity like 'Other%' then 'Other'
       end as ethnicity_self_group,
       case when source_rows.officer_defined_ethnicity in ('White', 'Mixed', 'Asian', 'Black', 'Other')
            then source_rows.officer_defined_ethnicity
       end as ethnicity_observed_group,
       nullif(source_rows.legislation, '') as legislation,
       nullif(source_rows.object_of_search, '') as object_of_search,
       nullif(source_rows.outcome, '') as outcome,
       case when source_rows.outcome = 'A no further action disposal' then true
            when source_rows.outcome <> '' then false
       end as no_further_action,
       nullif(source_rows.outcome_linked_to_object_of_search, '') as outcome_linked,
       nullif(source_rows.removal_of_more_than_outer_clothing, '') as more_than_outer_clothing,
       1 as row_count,
       -- Every value of the row, with a separator that no value has and a blank for a missing one.
       md5(concat_ws(chr(31),
           coalesce(source_rows.la, ''), coalesce(source_rows.county, ''), coalesce(source_rows.region, ''),
           coalesce(source_rows.country, ''), coalesce(source_rows.age_range, ''), coalesce(source_rows.outcome, ''),
           coalesce(source_rows.involved_person, ''), coalesce(source_rows.self_defined_ethnicity, ''),
           coalesce(source_rows.gender, ''), coalesce(source_rows.legislation, ''),
           coalesce(source_rows.datetime, ''), coalesce(source_rows."outcome_object.name", ''),
           coalesce(source_rows.operation, ''), coalesce(source_rows.officer_defined_ethnicity, ''),
           coalesce(source_rows.type, ''), coalesce(source_rows.object_of_search, ''),
           coalesce(source_rows.outcome_linked_to_object_of_search, ''),
           coalesce(source_rows.removal_of_more_than_outer_clothing, ''))) as row_digest
from source_rows;
