-- id: SL-01
-- title: Each published count of the list can be counted again
-- asks: Does the list hold as many people, and as many at or above each published score, as was published?
-- kind: benchmark
-- basis: Figures of the Strategic Subject List as published by pjsier from the City's file, 2017
-- severity: low
-- gate: none
-- limits: Compares totals and not people: a count that agrees may hold other people. People without a score are added to whichever side would explain a difference, and leave the row unknown.
-- remedy: Say which people a copy of the list leaves out, beside every figure taken from it.
with counted as (
  select count(*) as people,
         sum(case when entry.score is null then 1 else 0 end) as unscored,
         sum(case when entry.score >= 250 then 1 else 0 end) as at_250,
         sum(case when entry.score >= 300 then 1 else 0 end) as at_300,
         sum(case when entry.score >= 350 then 1 else 0 end) as at_350,
         sum(case when entry.score >= 400 then 1 else 0 end) as at_400,
         sum(case when entry.score >= 450 then 1 else 0 end) as at_450
  from entry
),
cells as (
  select 'people listed' as cell, :published_people as published, counted.people as found, 0 as unscored
  from counted where counted.people > 0
  union all
  select 'score 250 or more', :published_250, counted.at_250, counted.unscored from counted where counted.people > 0
  union all
  select 'score 300 or more', :published_300, counted.at_300, counted.unscored from counted where counted.people > 0
  union all
  select 'score 350 or more', :published_350, counted.at_350, counted.unscored from counted where counted.people > 0
  union all
  select 'score 400 or more', :published_400, counted.at_400, counted.unscored from counted where counted.people > 0
  union all
  select 'score 450 or more', :published_450, counted.at_450, counted.unscored from counted where counted.people > 0
)
select cells.cell, cells.published, cells.found,
       case when cells.found > cells.published or cells.found + cells.unscored < cells.published then true
            when cells.unscored = 0 then false
       end as breach,
       'the list does not hold the number that was published' as reason
from cells
