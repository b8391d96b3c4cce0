-- id: FT-02
-- title: Data kept after an acquittal should be marked, and the person told
-- asks: Where the prosecutor had data kept after an acquittal, was the entry marked with the acquittal, and was the person told?
-- kind: benchmark
-- basis: Code de procédure pénale art 230-8, as the reason, not as the rule
-- dated: on_date
-- severity: high
-- gate: none
-- limits: The wording of the article was not seen, only a secondary source on it. A mark or a notice from before the acquittal is about something else and does not count. A notice to a parent counts. A recorded reason for telling no one does not, because no such exception was seen.
-- remedy: Mark the entry with the acquittal (mention), and tell the person that the data are kept.
select entry.entry_id, outcome.on_date, entry.mention_on, entry.unit,
       entry.status = 'active' and outcome.on_date >= entry.opened_on
       and (case when has(entry.mention_on) then coalesce(entry.mention_on < outcome.on_date, true) end
            or case when has(notice.entry_id) and has(notice.given_on)
                    then coalesce(told.last_on < outcome.on_date, true) end) as breach,
       case when coalesce(entry.mention_on < outcome.on_date, true) then 'kept after an acquittal and not marked'
            else 'kept after an acquittal and the person was not told' end as reason
from outcome
join entry on entry.subject_id = outcome.subject_id
left join (
    select notice.entry_id, max(notice.given_on) as last_on
    from notice
    group by notice.entry_id
) as told on told.entry_id = entry.entry_id
where outcome.kind = 'acquittal' and outcome.kept_by_order_on is not null
      and (entry.status = 'active' or entry.status is null)
      and coalesce(outcome.on_date >= entry.opened_on, true)
