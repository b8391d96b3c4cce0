-- id: MA-04
-- title: Each published number should begin with the previous one
-- asks: Where a number ends one year and begins the next, is it the same both times?
-- kind: benchmark
-- basis: Office for Statistics Regulation, Code of Practice for Statistics: figures are coherent, and revisions are explained, by analogy
-- dated: to_on
-- severity: medium
-- gate: none
-- limits: Shows that two published numbers for one date differ, not which is right. A number for which none of the previous date was published is not examined.
-- remedy: Publish which of the two is right, and why the other was not.
select published_count.count_id, published_count.series, published_count.from_on, published_count.to_on,
       published_count.opening <> before.closing as breach,
       'it does not begin with the previous number' as reason
from published_count
join published_count as before
    on before.series = published_count.series and before.to_on = published_count.from_on
