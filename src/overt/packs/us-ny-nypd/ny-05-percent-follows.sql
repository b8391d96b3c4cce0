-- id: NY-05
-- title: A published percentage change should match the published numbers
-- asks: Where a percentage change was given, is it the change between the two numbers it was given for?
-- kind: benchmark
-- basis: Office for Statistics Regulation, Code of Practice for Statistics: figures are coherent, and revisions are explained, by analogy
-- dated: to_on
-- found in: New York Criminal Group Database: 16,141 people in December 2022 and 8,563 in October 2025 are 46.9 per cent fewer, and 60 per cent were reported
-- severity: low
-- gate: none
-- limits: Shows that the figures differ, not which of them is right or who made the mistake: a reporter may have misread a number. If the rounding of the percentages is not given, the result is unknown.
-- remedy: Publish the numbers with their dates, and correct the one that is wrong.
select published_count.count_id, published_count.series, published_count.from_on, published_count.to_on,
       case when published_count.opening > 0
            then 200.0 * (published_count.closing - published_count.opening)
                 not between (2 * published_count.percent_said - published_count.percent_rounded_to) * published_count.opening
                     and (2 * published_count.percent_said + published_count.percent_rounded_to) * published_count.opening
            end as breach,
       'the numbers give a different percentage change' as reason
from published_count
where published_count.percent_said is not null
