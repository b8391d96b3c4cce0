-- id: OV-76
-- title: Published numbers of people should agree with the changes between them
-- asks: Does each published number follow from the one before, given the people who were added, recorded late, moved, removed and erased?
-- kind: benchmark
-- basis: Office for Statistics Regulation, Code of Practice for Statistics: figures are coherent, and revisions are explained
-- dated: to_on
-- severity: medium
-- gate: none
-- limits: Each rounded figure may differ by up to half its rounding unit. If a figure is withheld the total is unknown, as it is where figures do not add up and the source does not say what they are rounded to.
-- remedy: Explain any difference: people recorded late, erased, or counted in another group. Publish a correction with its cause.
with bridge as (
    select published_count.count_id, published_count.series, published_count.from_on, published_count.to_on,
           published_count.opening, published_count.closing,
           published_count.opening + published_count.added + published_count.recorded_late + published_count.moved_in
           - published_count.removed - published_count.erased - published_count.moved_out
           - published_count.closing as gap,
           case when has(published_count.rounded_to)
                then case when published_count.rounded_to > 1 then published_count.rounded_to else 1 end end as unit
    from published_count
),
before as (
    select published_count.series, published_count.to_on, min(published_count.closing) as closing
    from published_count
    group by published_count.series, published_count.to_on
),
judged as (
    select bridge.count_id, bridge.series, bridge.from_on, bridge.to_on, bridge.gap,
           case when bridge.gap * 2 not between (1 - bridge.unit) * 8 and (bridge.unit - 1) * 8 then true
                when bridge.opening - before.closing not between 1 - bridge.unit and bridge.unit - 1 then true
                when bridge.gap is null then null
                when before.to_on is not null and before.closing is null then null
                else false end as differs,
           case when before.to_on is null then true else bridge.opening = before.closing end as follows,
           case when bridge.gap * 2 not between (1 - bridge.unit) * 8 and (bridge.unit - 1) * 8
                then 'the changes do not lead from one number to the next'
                else 'it does not begin with the previous number' end as reason
    from bridge
    left join before on before.series = bridge.series and before.to_on = bridge.from_on
)
select judged.count_id, judged.series, judged.from_on, judged.to_on,
       case when has(published_count.rounded_to) then judged.differs
            when judged.gap = 0 and judged.follows then false end as breach,
       judged.reason
from judged
