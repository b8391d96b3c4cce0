-- id: RT-03
-- title: Each person listed should be notified, as the charter promises
-- asks: Was the person notified of each entry within the time that the charter promises, or an exemption recorded with its reasons?
-- kind: own policy
-- basis: The register's own charter, section notification
-- basis: Data Protection Act 2018 s.44(2), as the reason (2018-05-25 ..)
-- dated: opened_on
-- severity: high
-- gate: none
-- limits: Applies only where a charter promises notification. Uses the commitment in force on the date the entry was opened, or the current one if that date is not known. Does not judge what the notice said, or whether the exemption applies. Who must be notified about a child is a matter for RT-04.
-- remedy: Notify the person now, or record the provision that allows you not to, with the reasons.
select entry.entry_id, entry.opened_on, entry.unit, promise.kind, promise.days,
       case when exempt.entry_id is not null then false
            when told.in_time > 0 then false
            when entry.opened_on is null or promise.days is null or promise.kind is null or told.undated > 0 then null
            when promise.kind = 'notice_after_entry' and days_between(:as_of, entry.opened_on) <= promise.days then false
            else true end as breach,
       case when told.entry_id is null then 'no notification is recorded'
            else 'the notification was later than promised' end as reason
from entry
join promise on promise.starts_on <= coalesce(entry.opened_on, :as_of)
     and (promise.ends_on is null or promise.ends_on >= coalesce(entry.opened_on, :as_of))
left join (
    select notice.entry_id, count(*) filter (where notice.given_on is null) as undated,
           count(*) filter (
               where case when owed.kind = 'notice_after_entry'
                          then days_between(notice.given_on, listed.opened_on) <= owed.days
                          else days_between(listed.opened_on, notice.given_on) >= owed.days end
           ) as in_time
    from notice
    join entry as listed on listed.entry_id = notice.entry_id
    join promise as owed on owed.starts_on <= coalesce(listed.opened_on, :as_of)
         and (owed.ends_on is null or owed.ends_on >= coalesce(listed.opened_on, :as_of))
    where coalesce(trim(notice.exemption), '') = ''
    group by notice.entry_id
) as told on told.entry_id = entry.entry_id
left join (
    select notice.entry_id
    from notice
    where coalesce(trim(notice.exemption), '') <> '' and coalesce(trim(notice.reasons), '') <> ''
    group by notice.entry_id
) as exempt on exempt.entry_id = entry.entry_id
where entry.status is distinct from 'closed'
