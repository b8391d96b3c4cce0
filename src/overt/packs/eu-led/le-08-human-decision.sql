-- id: LE-08
-- title: A machine alone must not take a decision that affects a person
-- asks: Was each entry decided on by a person, or by a machine alone without consequences for the person?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 11(1) (2018-05-06 ..)
-- dated: opened_on
-- severity: critical
-- gate: refuse
-- limits: Article 11(1) covers decisions with an adverse legal effect on the person or that significantly affect them. A decision counts as one if an act that the register marks as significant was afterwards taken against the person; if nothing is so marked, the result is unknown. Relies on the register's record of who decided, and of the provision that allows a machine alone to decide, which must give the person the right to human intervention. A directive takes effect through national law: cite the national provision as well.
-- remedy: Have a person take the decision again, or delete the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.decided_by = 'human' then false
            when not has(entry.automated_under) then null
            when trim(entry.automated_under) <> '' then false
            when not has(consequence.subject_id) then null
            when not has(consequence.on_date) then null
            when not has(consequence.significant) then null
            when entry.decided_by = 'automated' and affected.on_date >= entry.opened_on then true end as breach,
       'a machine alone decided on the entry, and it affected the person significantly' as reason
from entry
left join (
    select consequence.subject_id, max(consequence.on_date) as on_date
    from consequence
    where consequence.significant
    group by consequence.subject_id
) as affected on affected.subject_id = entry.subject_id
