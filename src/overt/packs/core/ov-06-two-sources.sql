-- id: OV-06
-- title: Every active entry should rest on more than one source
-- asks: Does every active entry have items from at least as many different sources as the rule of entry requires?
-- kind: own policy
-- basis: Metropolitan Police Service, response to Amnesty International on the Gangs Matrix, 9 May 2018, rule of entry: more than one reliable source
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principles 3 and 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: CalGang: 13 of 100 people reviewed lacked adequate support, California State Auditor, report 2015-130, 11 August 2016
-- severity: high
-- gate: refuse
-- limits: Counts distinct source references. Cannot detect two references that lead to one informant. The number is the Metropolitan Police's own published rule, not statute; another register's charter replaces it.
-- remedy: Record a second, independent source, or close the entry.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active'
       and case when sources.named >= :minimum_sources then false
                when sources.named + sources.unnamed >= :minimum_sources then null
                else true end as breach,
       'fewer sources than the rule of entry requires' as reason
from entry
left join (
    select item.entry_id, count(distinct case when has(item.source_ref) then nullif(item.source_ref, '') end) as named,
           count(*) filter (where nullif(item.source_ref, '') is null) as unnamed
    from item
    group by item.entry_id
) as sources on sources.entry_id = entry.entry_id
where entry.status = 'active' or entry.status is null
