-- id: OV-71
-- title: A decision by a machine alone must have the safeguards that the law requires
-- asks: Where a machine alone took a significant decision to list a person, was the person told, and could they have it reconsidered by a person, as the law in force on that date required?
-- kind: statute
-- basis: Data Protection Act 2018 s.50 (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 s.50C, as inserted by the Data (Use and Access) Act 2025 s.80 (2026-02-05 ..)
-- in force: 2018-05-25 ..
-- dated: opened_on
-- severity: high
-- gate: none
-- limits: From 5 February 2026 the control requires information, representations, human intervention and a way to contest; or that the decision was taken again, which the section allows instead for reasons that are not judged here. Before that date it requires notice of a decision that a law allowed, and that a decision was taken again within one month of a request; holidays at the end may extend the month by four days, and the result is then unknown. A decision that no law allowed is a matter for OV-57b. Checks that a safeguard is on record, not that it was genuine or came soon enough. Relies on the register's record of whether the decision was significant.
-- remedy: Tell the person about the decision and how to contest it, have a person reconsider it, and record both.
select weighed.entry_id, weighed.opened_on, weighed.unit,
       case when not weighed.is_lacking then false
            when weighed.decided_by = 'automated' and weighed.significant then weighed.is_lacking end as breach,
       'a safeguard for a decision by a machine alone is not on record' as reason
from (
    select entry.entry_id, entry.opened_on, entry.unit, entry.decided_by,
           case when has(entry.significant) then entry.significant end as significant,
           case when entry.opened_on < '2026-02-05'
                then case when not has(entry.automated_under) then null
                          when coalesce(trim(entry.automated_under), '') = '' then false
                          when had.undated_count = 0
                               and coalesce(had.again_on, :as_of) > add_days(months_after(had.asked_on, 1), 4) then true
                          when had.unsaid_count > 0 then null
                          when coalesce(had.informed_count, 0) = 0 then true
                          when had.asked_count = 0 then false
                          when coalesce(had.again_on, :as_of) <= months_after(had.asked_on, 1) then false end
                when entry.opened_on >= '2026-02-05'
                then case when had.safeguard_count = 4 or had.again_count > 0 then false
                          when coalesce(had.unsaid_count, 0) = 0 then true end end as is_lacking
    from entry
    left join (
        select decision_safeguard.entry_id,
               count(distinct case when decision_safeguard.kind in ('information', 'representations',
                                                                    'human_intervention', 'contest')
                                   then decision_safeguard.kind end) as safeguard_count,
               count(*) filter (where decision_safeguard.kind = 'information') as informed_count,
               count(*) filter (where decision_safeguard.kind = 'reconsideration_asked') as asked_count,
               count(*) filter (where decision_safeguard.kind = 'reconsidered') as again_count,
               count(*) filter (where decision_safeguard.kind is null) as unsaid_count,
               max(case when decision_safeguard.kind = 'reconsideration_asked'
                        then case when has(decision_safeguard.on_date) then decision_safeguard.on_date end
                        end) as asked_on,
               min(case when decision_safeguard.kind = 'reconsidered'
                        then decision_safeguard.on_date end) as again_on,
               count(*) filter (where decision_safeguard.kind = 'reconsidered'
                                  and decision_safeguard.on_date is null) as undated_count
        from decision_safeguard
        group by decision_safeguard.entry_id
    ) as had on had.entry_id = entry.entry_id
    where entry.decided_by is distinct from 'human' and entry.significant is distinct from false
) as weighed
