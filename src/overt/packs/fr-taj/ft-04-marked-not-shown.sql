-- id: FT-04
-- title: A marked entry should not be shown in administrative enquiries
-- asks: Was any entry that was marked with an outcome consulted or sent for an administrative enquiry?
-- kind: benchmark
-- basis: Code de procédure pénale art 230-8, as the reason, not as the rule
-- dated: occurred_at
-- severity: critical
-- gate: none
-- limits: The wording of the article was not seen, only a secondary source on it. An administrative enquiry (enquête administrative) is about a job, a permit or a residence permit. Uses the purpose that the log gives; a log entry without a purpose about a marked entry is unknown. Checks that the entry was consulted, not what the enquirer was shown.
-- remedy: Have the system hide marked entries from administrative enquiries, and tell the person what was shown.
select access.access_id, access.entry_id, access.occurred_at,
       case when entry.entry_id is null then null
            when entry.mention_on is null or entry.mention_on > day_of(access.occurred_at) then false
            when access.purpose is not null and access.action is not null
                then entry.mention_on <= day_of(access.occurred_at) end as breach,
       'a marked entry was shown in an administrative enquiry' as reason
from access
left join entry on entry.entry_id = access.entry_id
where (access.purpose = 'administrative_enquiry' or access.purpose is null)
      and (access.action in ('consult', 'disclose') or access.action is null)
