-- id: LE-04
-- title: Every active entry must state the category of person (role)
-- asks: Does every active entry state whether the person is a suspect, convicted, a victim, a witness or another party?
-- kind: statute
-- basis: Directive (EU) 2016/680 art 6 (2018-05-06 ..)
-- dated: opened_on
-- severity: high
-- gate: refuse
-- limits: Checks that a role is stated, not that it is correct. Associates and others count as "other parties" within article 6. A directive takes effect through national law: cite the national provision as well.
-- remedy: State the person's role, based on the evidence held, or close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.role in ('suspect', 'convicted', 'victim', 'witness', 'associate', 'other') then false
            when entry.status is null then null
            else true end as breach,
       'no role is stated' as reason
from entry
where entry.status = 'active' or entry.status is null
