-- id: MA-03
-- title: What came and what went make the one published number the other
-- asks: Is each published number the one before it, and those added, less those removed?
-- kind: benchmark
-- basis: Office for Statistics Regulation, Code of Practice for Statistics: figures are coherent, and revisions are explained, by analogy
-- dated: to_on
-- found in: Boston gang assessment database: 1,795 people at the start of 2024, 67 added and 169 removed make 1,693, and 1,704 were published (Rule 335 annual report)
-- severity: medium
-- gate: none
-- limits: says that the published figures differ, not that people are hidden: people entered again, records that were merged, and the day of counting may explain it; asks nothing of groups, since nobody is said to move between them (OV-76 does)
-- remedy: Say what became of those who are missing or too many, and publish a correction with its cause.
select published_count.count_id, published_count.series, published_count.from_on, published_count.to_on,
       published_count.opening + published_count.added - published_count.removed <> published_count.closing as breach,
       'what came and what went do not make the one number the other' as reason
from published_count
