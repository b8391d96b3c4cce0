-- id: SL-02
-- title: Each published quartile of the score can be found again
-- asks: Are the published quartiles the quartiles of the scores on the list?
-- kind: benchmark
-- basis: Figures of the Strategic Subject List as published by pjsier from the City's file, 2017
-- severity: low
-- gate: none
-- limits: A quartile is the lowest score that the share of people stated reaches at most; another definition can differ by one. Unknown while anyone has no score.
-- remedy: Say which people a copy of the list leaves out, beside every figure taken from it.
with counted as (
  select count(*) as people, count(entry.score) as scored,
         sum(case when entry.score < :published_first_quartile then 1 else 0 end) as below_first,
         sum(case when entry.score <= :published_first_quartile then 1 else 0 end) as up_to_first,
         sum(case when entry.score < :published_median then 1 else 0 end) as below_median,
         sum(case when entry.score <= :published_median then 1 else 0 end) as up_to_median,
         sum(case when entry.score < :published_third_quartile then 1 else 0 end) as below_third,
         sum(case when entry.score <= :published_third_quartile then 1 else 0 end) as up_to_third
  from entry
),
cells as (
  select 'first quartile' as cell, :published_first_quartile as published, counted.below_first as below,
         counted.up_to_first as up_to, counted.people as quarters, counted.people, counted.scored
  from counted where counted.people > 0
  union all
  select 'median', :published_median, counted.below_median, counted.up_to_median, 2 * counted.people, counted.people,
         counted.scored
  from counted where counted.people > 0
  union all
  select 'third quartile', :published_third_quartile, counted.below_third, counted.up_to_third, 3 * counted.people,
         counted.people, counted.scored
  from counted where counted.people > 0
)
select cells.cell, cells.published, cells.below, cells.up_to, cells.people,
       case when cells.scored = cells.people
            then 4 * cells.below >= cells.quarters or 4 * cells.up_to < cells.quarters
       end as breach,
       'the score is not that quartile of the list' as reason
from cells
