-- Stop and search as data.police.uk publishes it: one CSV for each force and month, all with the same header.
-- The file names neither its force nor its month, so `force`, `unit` and `period` are left out.
create view encounter as
select format('{:08d}', source_rows._row) as encounter_id,
       source_rows."Type" as kind,
       -- As it is: Overt reads it, takes times without an offset as UTC and refuses, by its row, what is no time.
       source_rows."Date" as occurred_at,
       -- 23:01 on 31 May in UTC is one minute past midnight on 1 June in London.
       case when source_rows."Date" like '____-__-__%'
            then cast(timezone('Europe/London', cast(source_rows."Date" as timestamptz)) as date)
       end as occurred_on,
       nullif(source_rows."Age range", '') as age_band,
       nullif(source_rows."Gender", '') as sex,
       nullif(source_rows."Self-defined ethnicity", '') as ethnicity_self,
       nullif(source_rows."Officer-defined ethnicity", '') as ethnicity_observed,
       -- The broad group is the first words of the wording, of the older list as of the newer. "Not stated" is in none.
       case when lower(source_rows."Self-defined ethnicity") like '%not stated%' then null
            when source_rows."Self-defined ethnicity" like 'White%' then 'White'
            when source_rows."Self-defined ethnicity" like 'Mixed%' then 'Mixed'
            when source_rows."Self-defined ethnicity" like 'Asian%' then 'Asian'
            when source_rows."Self-defined ethnicity" like 'Black%' then 'Black'
            when source_rows."Self-defined ethnicity" like 'Chinese or other%' then 'Other'
            when source_rows."Self-defined ethnicity" like 'Other%' then 'Other'
       end as ethnicity_self_group,
       case when source_rows."Officer-defined ethnicity" in ('White', 'Mixed', 'Asian', 'Black', 'Other')
            then source_rows."Officer-defined ethnicity"
       end as ethnicity_observed_group,
       nullif(source_rows."Legislation", '') as legislation,
       nullif(source_rows."Object of search", '') as object_of_search,
       nullif(source_rows."Outcome", '') as outcome,
       case when source_rows."Outcome" in ('Nothing found - no further action', 'A no further action disposal') then true
            when source_rows."Outcome" <> '' then false
       end as no_further_action,
       nullif(source_rows."Outcome linked to object of search", '') as outcome_linked,
       nullif(source_rows."Removal of more than just outer clothing", '') as more_than_outer_clothing,
       1 as row_count,
       -- Every value of the row, with a separator that no value has and a blank for a missing one.
       md5(concat_ws(chr(31),
           coalesce(source_rows."Type", ''), coalesce(source_rows."Date", ''),
           coalesce(source_rows."Part of a policing operation", ''), coalesce(source_rows."Policing operation", ''),
           coalesce(source_rows."Latitude", ''), coalesce(source_rows."Longitude", ''),
           coalesce(source_rows."Gender", ''), coalesce(source_rows."Age range", ''),
           coalesce(source_rows."Self-defined ethnicity", ''), coalesce(source_rows."Officer-defined ethnicity", ''),
           coalesce(source_rows."Legislation", ''), coalesce(source_rows."Object of search", ''),
           coalesce(source_rows."Outcome", ''), coalesce(source_rows."Outcome linked to object of search", ''),
           coalesce(source_rows."Removal of more than just outer clothing", ''))) as row_digest
from source_rows;
