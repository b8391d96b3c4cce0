-- id: OV-56
-- title: A category of data that is not used should be retired
-- asks: Was each category still in use recorded at least once in the year before the audit?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- found in: Gangs Violence Matrix: what one borough received ran to health, housing, and drug and alcohol use, privacy notice of the London Borough of Hounslow
-- severity: low
-- gate: none
-- limits: One year is a default with a reason, not law. A category that is recorded is not necessary for that reason alone. A category adopted within the year is not judged yet.
-- remedy: Retire the category, or record why it is still needed.
select category.category, category.adopted_on, used.last_collected_on,
       case when used.last_collected_on >= add_days(:as_of, -:unused_days)
                 or category.adopted_on > add_days(:as_of, -:unused_days) then false
            when category.adopted_on is null or used.undated_count > 0 then null
            else true end as breach,
       'nothing has been recorded in this category for longer than the limit' as reason
from category
left join (
    select item.category, max(item.collected_on) as last_collected_on,
           count(*) filter (where item.collected_on is null) as undated_count
    from item
    where item.collected_on <= :as_of or item.collected_on is null
    group by item.category
) as used on used.category = category.category
where category.retired_on > :as_of or category.retired_on is null
