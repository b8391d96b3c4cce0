-- id: OV-02
-- title: Every active entry must state the person's role
-- asks: Does every active entry state whether the person is a suspect, convicted, a victim, a witness or an associate?
-- kind: statute
-- basis: Data Protection Act 2018 s.38(3) (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 1 and 4 (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: victims and perpetrators were not clearly distinguished and users were confused, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: high
-- gate: refuse
-- limits: Checks that a role is stated, not that it is correct. The section requires the distinction where relevant and as far as possible; a query cannot tell what was possible. Its categories are introduced by "such as", so a role that it does not name, for example associate, counts as one.
-- remedy: State the role, based on the evidence held. If no role can be stated, close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active' and (entry.role is null or entry.role = 'other') as breach,
       case when entry.role is null then 'no role is stated' else 'the role is "other"' end as reason
from entry
where entry.status = 'active' or entry.status is null
