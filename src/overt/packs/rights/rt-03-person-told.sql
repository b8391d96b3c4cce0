-- id: RT-03
-- title: Whoever is listed was told, as the charter promises
-- asks: Was a notice of each entry given in the time that the charter promises, or an exemption recorded with its reasons?
-- kind: own policy
-- basis: The register's own charter, section notification
-- basis: Data Protection Act 2018 s.44(2), as the reason (2018-05-25 ..)
-- dated: opened_on
-- severity: high
-- gate: none
-- limits: asks only where a charter promises notice; takes the promise that held on the day the entry was opened, and today's where that day is not known; does not judge what the notice said, or whether the exemption holds; who must be told about a child is RT-04
-- remedy: Give the notice now, or record the provision that lets you tell nobody, with the reasons.
select entry.entry_id, entry.opened_on, entry.unit, promise.kind, promise.days,
       case when exempt.entry_id is not null then false
            when told.in_time > 0 then false
            when entry.opened_on is null or promise.days is null or promise.kind is null or told.undated > 0 then null
            when promise.kind = 'notice_after_entry' and days_between(:as_of, entry.opened_on) <= promise.days then false
            else true end as breach,
       case when told.entry_id is null then 'no notice is recorded'
            else 'the notice came later than promised' end as reason
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
