-- id: OV-51b
-- title: Each line of collection, alteration, combination or erasure says who and when
-- asks: Does each line of the log that is neither a consultation nor a disclosure name a person and a time?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.62(1), as the reason, not as the rule (2018-05-25 .. 2025-08-18)
-- basis: Data Protection Act 2018 s.62(1), as amended by the Data (Use and Access) Act 2025 s.82, as the reason, not as the rule (2025-08-19 ..)
-- in force: 2018-05-25 ..
-- dated: occurred_at
-- severity: medium
-- gate: none
-- limits: the section asks for a log of these acts and prescribes no contents for it, which it does for consultation and disclosure alone (OV-51); a log that does not say who did what can hardly serve to verify that it was lawful
-- remedy: Have the system log who did it and when from now on; record what can still be learned of the past lines, and that it was added later.
select access.access_id, access.entry_id, access.occurred_at,
       case when has(access.action) then case when access.action is not null then true end end
       and (case when has(access.actor) then coalesce(trim(access.actor), '') = '' end or access.occurred_at is null) as breach,
       case when access.occurred_at is null then 'the line does not say when'
            else 'the line does not say who' end as reason
from access
where case when has(access.action) then access.action is distinct from 'consult' and access.action is distinct from 'disclose'
           else true end
