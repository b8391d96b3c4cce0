-- id: OV-27
-- title: Closed entries should not be consulted
-- asks: Was any entry consulted more than 30 days after it was closed?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.35(1), as the reason, not as the rule (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(1), as amended by the Data (Use and Access) Act 2025 s.74, as the reason, not as the rule (2025-08-20 ..)
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 1, 3 and 5, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- dated: occurred_at
-- found in: Gangs Violence Matrix: people stayed under monitoring after intelligence showed that they were no longer active, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: critical
-- gate: none
-- limits: A consultation to answer the person's own request, for an audit or for a court looks the same, because the reason is not read. A consultation that was never logged is not found. The 30 days are a default, not law.
-- remedy: Find out who consulted the entry and why. Delete data that need not be kept; restrict access to the rest.
select access.access_id, access.entry_id, access.occurred_at, entry.closed_on, entry.unit,
       access.action = 'consult' and entry.status = 'closed'
       and day_of(access.occurred_at) > add_days(entry.closed_on, :consult_grace_days) as breach,
       'consulted after the entry was closed' as reason
from access
join entry on entry.entry_id = access.entry_id
where (access.action = 'consult' or access.action is null) and (entry.status = 'closed' or entry.status is null)
