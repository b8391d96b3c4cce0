-- id: MA-03
-- title: Published additions and removals should lead from one number to the next
-- asks: Is each published number the previous one plus the people added, minus the people removed?
-- kind: benchmark
-- basis: Office for Statistics Regulation, Code of Practice for Statistics: figures are coherent, and revisions are explained, by analogy
-- dated: to_on
-- found in: Boston gang assessment database: 1,795 people at the start of 2024, 67 added and 169 removed make 1,693, and 1,704 were published (Rule 335 annual report)
-- severity: medium
-- gate: none
-- limits: Shows that the published figures differ, not that people are hidden: people entered again, records that were merged, and the counting date may explain it. Does not examine groups, because no moves between them are published (OV-76 does).
-- remedy: Explain any difference, and publish a correction with its cause.
select published_count.count_id, published_count.series, published_count.from_on, published_count.to_on,
       published_count.opening + published_count.added - published_count.removed <> published_count.closing as breach,
       'additions and removals do not lead from one number to the next' as reason
from published_count
