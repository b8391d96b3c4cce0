-- id: OV-22
-- title: The deletion date should be within the maximum retention period
-- asks: Is every deletion date within the maximum retention period, counted from the last recorded event?
-- kind: benchmark
-- basis: California Code of Regulations, title 11, section 755.6(b)(2), as the reason, not as the rule: at most five years after the last criterion (2020-10-22 ..)
-- basis: Data Protection Act 2018 s.39(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- basis: Catt v United Kingdom, application 43514/15, para 119 (2019-01-24 ..)
-- found in: CalGang: more than 600 people with a purge date beyond the five-year limit, many by more than 100 years, California State Auditor, report 2015-130, 11 August 2016
-- severity: high
-- gate: refuse
-- limits: Treats the later of the date of entry and the date of the last item collected as the last event, and applies one maximum to every entry. Five years is California's rule and a default here; the controller's own retention schedule replaces it. An entry without a deletion date cannot be judged.
-- remedy: Bring the deletion date forward, or record the decision to keep the entry for longer as the schedule allows.
select limited.entry_id, limited.opened_on, limited.delete_due_on, limited.unit,
       case when limited.delete_due_on <= limited.last_day then false
            when not has(entry.opened_on) then null
            when not has(item.entry_id) then null
            when has(item.collected_on) then limited.delete_due_on > limited.last_day end as breach,
       'the deletion date is later than the maximum retention period allows' as reason
from (
    select entry.entry_id, entry.opened_on, entry.delete_due_on, entry.unit,
           add_years(
               case when gathered.last_on > entry.opened_on then gathered.last_on
                    else coalesce(entry.opened_on, gathered.last_on) end,
               :retention_years_max
           ) as last_day
    from entry
    left join (
        select item.entry_id, max(item.collected_on) as last_on
        from item
        group by item.entry_id
    ) as gathered on gathered.entry_id = entry.entry_id
) as limited
