-- id: FT-04
-- title: A marked entry is not shown in administrative enquiries
-- asks: Was no entry that was marked with an outcome looked at or sent for an administrative enquiry?
-- kind: benchmark
-- basis: Code de procédure pénale art 230-8, as the reason, not as the rule
-- dated: occurred_at
-- severity: critical
-- gate: none
-- limits: the wording of the article was not seen, only a secondary source on it; an administrative enquiry (enquête administrative) is about a job, a permit or a title of residence; goes by the purpose that the log gives, and a line without one about a marked entry cannot be told; sees that the entry was looked at, not what the enquirer was shown
-- remedy: Have the system keep marked entries from whoever makes an administrative enquiry, and tell the person what was shown.
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
