-- id: MA-01
-- title: Each yearly number should be followed by the next on time
-- asks: Was each published yearly number followed by the next one by its due date?
-- kind: benchmark
-- basis: Boston Police Department, Rule 335 s.9: a report each year by 31 January
-- severity: medium
-- gate: none
-- limits: The rule itself was not seen, only the report that cites it. Uses the reference date of the number, not the date on which the report was published, which no column holds.
-- remedy: Publish the missing number, and explain why it was late.
select counted.count_id, counted.series, counted.to_on,
       case when followed.later_count > 0 then false
            when counted.series is null then null
            else :as_of > add_days(add_years(counted.to_on, 1), :report_days) end as breach,
       'there is no number for the next year' as reason
from published_count as counted
left join (
    select one.count_id, count(*) as later_count
    from published_count as one
    join published_count as later
        on later.series = one.series and later.to_on > one.to_on
           and later.to_on <= add_days(add_years(one.to_on, 1), :report_days)
    group by one.count_id
) as followed on followed.count_id = counted.count_id
