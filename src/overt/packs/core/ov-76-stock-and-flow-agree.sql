-- id: OV-76
-- title: Published numbers of people and what changed between them agree
-- asks: Does each published number follow from the one before by those who came, were recorded late, moved, went and were erased?
-- kind: benchmark
-- basis: Office for Statistics Regulation, Code of Practice for Statistics: figures are coherent, and revisions are explained
-- dated: to_on
-- severity: medium
-- gate: none
-- limits: figures that are rounded may differ by half of what they are rounded to, each; a figure that is withheld leaves the sum open; a cause that the source has no column for counts as none
-- remedy: Say what became of those who are missing or too many: recorded late, erased, or counted in another group; publish a correction with its cause.
with bridge as (
    select published_count.count_id, published_count.series, published_count.from_on, published_count.to_on,
           published_count.opening, published_count.closing,
           published_count.opening + published_count.added
           + case when has(published_count.recorded_late) then published_count.recorded_late else 0 end
           + case when has(published_count.moved_in) then published_count.moved_in else 0 end
           - published_count.removed
           - case when has(published_count.erased) then published_count.erased else 0 end
           - case when has(published_count.moved_out) then published_count.moved_out else 0 end
           - published_count.closing as gap,
           case when has(published_count.rounded_to) then coalesce(published_count.rounded_to, 1) else 1 end as unit
    from published_count
),
before as (
    select published_count.series, published_count.to_on, min(published_count.closing) as closing
    from published_count
    group by published_count.series, published_count.to_on
)
select bridge.count_id, bridge.series, bridge.from_on, bridge.to_on,
       case when bridge.gap * 2 not between (1 - bridge.unit) * 8 and (bridge.unit - 1) * 8 then true
            when bridge.opening - before.closing not between 1 - bridge.unit and bridge.unit - 1 then true
            when bridge.gap is null then null
            when before.to_on is not null and before.closing is null then null
            else false end as breach,
       case when bridge.gap * 2 not between (1 - bridge.unit) * 8 and (bridge.unit - 1) * 8 then 'what changed does not make the one number the other'
            else 'it does not begin with the number before' end as reason
from bridge
left join before on before.series = bridge.series and before.to_on = bridge.from_on
