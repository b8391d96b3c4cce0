-- id: DG-01
-- title: Every active entry must state the category of person (role)
-- asks: Does every active entry state whether the person is a suspect, convicted, a victim, a witness or another party?
-- kind: statute
-- basis: Bundesdatenschutzgesetz section 72 (2018-05-25 ..)
-- dated: opened_on
-- severity: high
-- gate: refuse
-- limits: Checks that a role is stated, not that it is correct. The section has five categories: people reasonably suspected of an offence, people reasonably suspected of being about to commit one, convicted people, victims, and other people such as witnesses, informants, contacts and associates. The model has one word for the first two.
-- remedy: State the person's role, based on the evidence held, or close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       case when entry.role in ('suspect', 'convicted', 'victim', 'witness', 'associate', 'other') then false
            when entry.status is null then null
            else true end as breach,
       'no role is stated' as reason
from entry
where entry.status = 'active' or entry.status is null
