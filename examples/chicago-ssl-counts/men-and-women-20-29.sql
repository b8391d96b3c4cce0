-- Chicago's Strategic Subject List, people of 20 to 29 years in Chicago, from the file that says how many have a score at or
-- above each number: `ssl_gte_score_chi_20_29_by_race_sex.csv`. Each becomes one entry with the score that they have.
-- The race is the one that the police recorded; nobody says whose word it was, and it is no list of England.
create view subject as
with levels as (
  select source_rows.gte_ssl_score as level, person.race as race, person.sex as sex,
         case person.race || person.sex
           when 'Blackmale' then source_rows."Black Men 20-29" when 'Blackfemale' then source_rows."Black Women 20-29"
           when 'Hispanicmale' then source_rows."Hispanic Men 20-29"
           when 'Hispanicfemale' then source_rows."Hispanic Women 20-29"
           when 'Whitemale' then source_rows."White Men 20-29" else source_rows."White Women 20-29" end as people
  from source_rows
  cross join (values ('Black', 'male'), ('Black', 'female'), ('Hispanic', 'male'), ('Hispanic', 'female'),
                     ('White', 'male'), ('White', 'female')) as person(race, sex)
),
exact as (
  select cast(levels.level as integer) as score, levels.race, levels.sex,
         cast(levels.people as bigint) - coalesce(cast(lead(levels.people) over (
           partition by levels.race, levels.sex order by try_cast(levels.level as integer)) as bigint), 0) as people
  from levels
)
select format('{}-{}-{:03d}-{:05d}', exact.race, exact.sex, exact.score, each.number) as subject_id,
       exact.sex as sex, exact.race as ethnicity_observed
from exact, unnest(range(1, exact.people + 1)) as each(number);

create view entry as
with levels as (
  select source_rows.gte_ssl_score as level, person.race as race, person.sex as sex,
         case person.race || person.sex
           when 'Blackmale' then source_rows."Black Men 20-29" when 'Blackfemale' then source_rows."Black Women 20-29"
           when 'Hispanicmale' then source_rows."Hispanic Men 20-29"
           when 'Hispanicfemale' then source_rows."Hispanic Women 20-29"
           when 'Whitemale' then source_rows."White Men 20-29" else source_rows."White Women 20-29" end as people
  from source_rows
  cross join (values ('Black', 'male'), ('Black', 'female'), ('Hispanic', 'male'), ('Hispanic', 'female'),
                     ('White', 'male'), ('White', 'female')) as person(race, sex)
),
exact as (
  select cast(levels.level as integer) as score, levels.race, levels.sex,
         cast(levels.people as bigint) - coalesce(cast(lead(levels.people) over (
           partition by levels.race, levels.sex order by try_cast(levels.level as integer)) as bigint), 0) as people
  from levels
)
select format('{}-{}-{:03d}-{:05d}', exact.race, exact.sex, exact.score, each.number) as entry_id,
       format('{}-{}-{:03d}-{:05d}', exact.race, exact.sex, exact.score, each.number) as subject_id,
       exact.score as score
from exact, unnest(range(1, exact.people + 1)) as each(number);
