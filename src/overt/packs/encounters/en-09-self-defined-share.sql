-- id: EN-09
-- title: Self-defined ethnicity should be known for all but a small share of people
-- asks: Is the self-defined ethnicity missing or not stated for no more than the allowed share of the people stopped or searched?
-- kind: benchmark
-- basis: Race Disparity Unit, Stop and search: interpreting and describing statistics (2021-03-31 ..)
-- basis: Equality Act 2010 s.149, as the reason (2011-04-05 ..)
-- found in: HMICFRS 2021, rising share of missing ethnicity, as reported by wessexsolicitors.com
-- severity: medium
-- gate: none
-- limits: Counts people: searches of a vehicle with no one in it are left out, which can change the result. Values that are not assigned to a group, and rows of an unknown type of encounter without a value, may be missing or not; where they decide the result, it is unknown.
-- remedy: Find the units and officers with the most blanks. Publish rates with bounds for the missing data.
with read_rows as (
  select encounter.row_count,
         case when encounter.ethnicity_self_group is not null then 'known'
              when encounter.kind is null then 'open'
              when coalesce(trim(encounter.ethnicity_self), '') = '' then 'missing'
              when trim(encounter.ethnicity_self) = 'NS' then 'missing'
              when lower(encounter.ethnicity_self) like '%not stated%' then 'missing'
              else 'open'
         end as answer
  from encounter
  where encounter.kind is null or lower(trim(encounter.kind)) <> 'vehicle search'
),
counted as (
  select count(*) as rows_read, count(read_rows.row_count) as rows_counted, sum(read_rows.row_count) as people,
         sum(case when read_rows.answer = 'missing' then read_rows.row_count else 0 end) as people_missing,
         sum(case when read_rows.answer = 'open' then read_rows.row_count else 0 end) as people_open
  from read_rows
)
select 'ethnicity_self' as column_name, counted.people, counted.people_missing, counted.people_open,
       case when counted.rows_counted < counted.rows_read then null
            when counted.people_missing * 100 > :missing_percent * counted.people then true
            when (counted.people_missing + counted.people_open) * 100 <= :missing_percent * counted.people then false
       end as breach,
       'the share of people with no known self-defined ethnicity is over the limit' as reason
from counted
where counted.rows_read > 0
