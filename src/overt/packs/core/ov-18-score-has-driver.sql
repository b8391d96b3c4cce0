-- id: OV-18
-- title: A high score should be supported by something other than age
-- asks: Does every entry with a high score have at least one item that is not about age?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.35(1), as the reason, not as the rule (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(1), as amended by the Data (Use and Access) Act 2025 s.74, as the reason, not as the rule (2025-08-20 ..)
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 1 and 3, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Chicago Strategic Subject List: 174,703 of 287,404 people scored 250 or more (60.79 per cent) had none of six recorded predictors, counted from the city's published data
-- severity: high
-- gate: note
-- limits: Treats any item outside the category "age" as a driver, and does not know how the score is calculated. Does not judge whether the driver is fair. The level that counts as high is a default taken from the Chicago list.
-- remedy: Record what drives the score, or remove the score from the entry.
select entry.entry_id, entry.score_as_of, entry.unit,
       case when stated.driver_count > 0 then false when stated.unclear_count > 0 then null else true end as breach,
       'nothing but age is recorded in support of the score' as reason
from entry
left join (
    select item.entry_id, count(*) filter (where item.category <> 'age') as driver_count,
           count(*) filter (where item.category is null) as unclear_count
    from item
    group by item.entry_id
) as stated on stated.entry_id = entry.entry_id
where entry.score >= :high_score
