-- id: OV-16
-- title: Scores should be up to date and based on recent events
-- asks: Was every score on an active entry calculated within the time window, and is every score above zero supported by an event within it?
-- kind: own policy
-- basis: Metropolitan Police Service, response to Amnesty International on the Gangs Matrix, 9 May 2018: scores count only events inside set time windows
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 3 and 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: people stayed under monitoring after intelligence showed that they were no longer active, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: high
-- gate: note
-- limits: Counts any recorded outcome as an event, even one that led to nothing, and cannot take account of events that the register does not hold. One time window applies to every type of event; its length is a default, not law.
-- remedy: Recalculate the score from events within the window, or remove it from the entry.
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
       case when entry.score_as_of < add_days(:as_of, -:score_window_days) then 'the score was calculated before the time window'
            else 'no event within the time window supports the score' end as reason
from entry
left join (
    select outcome.subject_id, max(case when has(outcome.on_date) then outcome.on_date end) filter (where outcome.on_date <= :as_of) as last_on,
           count(*) filter (where outcome.on_date is null) as undated
    from outcome
    group by outcome.subject_id
) as happened on happened.subject_id = entry.subject_id
where (entry.status = 'active' or entry.status is null) and entry.score is not null
