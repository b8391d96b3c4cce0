-- id: OV-51b
-- title: Every log entry for a collection, alteration, combination or erasure should record who and when
-- asks: Does each log entry that is neither a consultation nor a disclosure name a person and a time?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.62(1), as the reason, not as the rule (2018-05-25 .. 2025-08-18)
-- basis: Data Protection Act 2018 s.62(1), as amended by the Data (Use and Access) Act 2025 s.82, as the reason, not as the rule (2025-08-19 ..)
-- in force: 2018-05-25 ..
-- dated: occurred_at
-- severity: medium
-- gate: none
-- limits: The section requires a log of these acts and does not prescribe its contents, which it does only for consultation and disclosure (OV-51). A log that does not record who did what is of little use for verifying that it was lawful.
-- remedy: Change the system to log who acted and when. For past entries, record what can still be established and note that it was added later.
select access.access_id, access.entry_id, access.occurred_at,
       case when has(access.action) then case when access.action is not null then true end end
       and (case when has(access.actor) then coalesce(trim(access.actor), '') = '' end or access.occurred_at is null) as breach,
       case when access.occurred_at is null then 'the log entry does not record when'
            else 'the log entry does not record who' end as reason
from access
where case when has(access.action) then access.action is distinct from 'consult' and access.action is distinct from 'disclose'
           else true end
