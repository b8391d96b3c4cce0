-- id: RT-08
-- title: It should be possible to complain electronically and in another way
-- asks: Is there a way to complain to the controller electronically, and another way?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.164A(2), as the reason, not as the rule: a form that can be completed electronically and by other means is its example (2026-06-19 ..)
-- in force: 2026-06-19 ..
-- dated: asked_on
-- severity: medium
-- gate: none
-- limits: The section requires the controller to make complaining easy and gives a form as an example. Checks that a way is named, not that it is easy to find or to use. Applies on the audit date.
-- remedy: Provide the missing way to complain, and name it in the charter.
select needed.kind, needed.asked_on,
       case when named.open_count > 0 then false
            when named.unsure_count > 0 or unsaid.way_count > 0 then null
            else true end as breach,
       'the controller names no such way to complain' as reason
from (
    select 'electronic' as kind, :as_of as asked_on
    union all
    select 'other' as kind, :as_of as asked_on
) as needed
left join (
    select complaint_way.kind,
           count(*) filter (where complaint_way.starts_on <= :as_of
                              and (complaint_way.ends_on is null or complaint_way.ends_on >= :as_of)) as open_count,
           count(*) filter (where complaint_way.starts_on is null
                              and (complaint_way.ends_on is null or complaint_way.ends_on >= :as_of)) as unsure_count
    from complaint_way
    group by complaint_way.kind
) as named on named.kind = needed.kind
cross join (
    select count(*) as way_count
    from complaint_way
    where complaint_way.kind is null
) as unsaid
