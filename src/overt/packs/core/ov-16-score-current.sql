-- id: OV-16
-- title: A score is current and rests on recent events
-- asks: Was every score of an active entry worked out within the window, and does a score above zero rest on an event within it?
-- kind: own policy
-- basis: Metropolitan Police Service, response to Amnesty International on the Gangs Matrix, 9 May 2018: scores count only events inside set time windows
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 3 and 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: people stayed under monitoring after intelligence showed that they were no longer active, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: high
-- gate: note
-- limits: counts any recorded outcome as an event, even one that led to nothing, and cannot see events that the register does not hold; one window stands for all kinds of event, and its length is a default, not law
-- remedy: Work the score out anew from events inside the window, or take it off the entry.
select entry.entry_id, entry.score_as_of, entry.unit,
       entry.status = 'active'
       and (
           case when has(entry.score_as_of) then entry.score_as_of < add_days(:as_of, -:score_window_days) end
           or (
               entry.score > 0
               and case when not has(outcome.subject_id) then null
                        when happened.last_on >= add_days(:as_of, -:score_window_days) then false
                        when happened.undated > 0 then null
                        else true end
           )
       ) as breach,
       case when entry.score_as_of < add_days(:as_of, -:score_window_days) then 'the score is older than the window'
            else 'no event within the window supports the score' end as reason
from entry
left join (
    select outcome.subject_id, max(case when has(outcome.on_date) then outcome.on_date end) filter (where outcome.on_date <= :as_of) as last_on,
           count(*) filter (where outcome.on_date is null) as undated
    from outcome
    group by outcome.subject_id
) as happened on happened.subject_id = entry.subject_id
where (entry.status = 'active' or entry.status is null) and entry.score is not null
