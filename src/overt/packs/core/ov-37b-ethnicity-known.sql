-- id: OV-37b
-- title: Ethnicity should be recorded for enough people to measure disparity
-- asks: Is an ethnicity, self-defined or observed, recorded for all but a small share of the people listed?
-- kind: benchmark
-- basis: Equality Act 2010 s.149, as the reason, not as the rule (2011-04-05 ..)
-- found in: Police stop and search: ethnicity was missing in a rising share of records, HMICFRS 2021, as reported by Wessex Solicitors
-- severity: medium
-- gate: none
-- limits: No statute sets the share. Where the codes for "not stated" and "unknown" bring the share over the limit, it is not known whether people declined or were not asked. Self-defined and observed codes are counted side by side here and are never combined.
-- remedy: Ask each person, record the answer or that they declined, and publish the missing share with every figure by ethnicity.
select 'subject' as listed, counted.subject_count, counted.missing_count, counted.not_stated_count,
       case when 100 * (counted.missing_count + counted.not_stated_count) <= :missing_percent * counted.subject_count
                then false
            when has(subject.ethnicity_self) and has(subject.ethnicity_observed)
                 and 100 * counted.missing_count > :missing_percent * counted.subject_count then true end as breach,
       'the share of people without a recorded ethnicity is over the limit' as reason
from (
    select count(*) as subject_count,
           count(*) filter (where subject.ethnicity_self is null and subject.ethnicity_observed is null)
               as missing_count,
           count(*) filter (where coalesce(subject.ethnicity_self, 'NS') = 'NS'
                              and coalesce(subject.ethnicity_observed, 'IC9') = 'IC9'
                              and (subject.ethnicity_self is not null or subject.ethnicity_observed is not null))
               as not_stated_count
    from subject
) as counted
where counted.subject_count > 0
