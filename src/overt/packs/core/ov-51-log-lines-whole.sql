-- id: OV-51
-- title: Each line of consultation or disclosure says who and when, and why where the law asked for it
-- asks: Does each consultation and disclosure in the log name a person and a time, and up to 18 August 2025 a justification?
-- kind: statute
-- basis: Data Protection Act 2018 s.62(2)-(3): with the justification for consultation and disclosure (2018-05-25 .. 2025-08-18)
-- basis: Data Protection Act 2018 s.62(2)-(3), as amended by the Data (Use and Access) Act 2025 s.82: without the justification (2025-08-19 ..)
-- in force: 2018-05-25 ..
-- dated: occurred_at
-- severity: high
-- gate: none
-- limits: the duty to log a justification ended with 18 August 2025; the section asks for the identity so far as possible, which a query cannot read; an automated system set up before 6 May 2016 was excused until 5 May 2023 so far as it would have cost disproportionate effort: where the day on which the system was set up is not given, what a line lacks up to then cannot be told; whether the reason given is a true one needs a reader; the recipient of a disclosure is not a column of the log
-- remedy: Have the system log what is missing from now on; record what can still be learned of the past lines, and that it was added later.
select access.access_id, access.entry_id, access.occurred_at,
       case when has(access.action) then case when access.action in ('consult', 'disclose') then true end end
       and (
           case when has(access.actor) then coalesce(trim(access.actor), '') = '' end
           or case when access.occurred_at is null then true
                   when day_of(access.occurred_at) > :justification_logged_until then false
                   when has(access.reason) then coalesce(trim(access.reason), '') = '' end
       )
       and case when day_of(access.occurred_at) < '2023-05-06' and :system_set_up_on < '2016-05-06' then null else true end as breach,
       case when case when has(access.actor) then coalesce(trim(access.actor), '') = '' end then 'the line does not say who'
            when access.occurred_at is null then 'the line does not say when'
            else 'the line does not say why' end as reason
from access
where case when has(access.action) then coalesce(access.action in ('consult', 'disclose'), true) else true end
