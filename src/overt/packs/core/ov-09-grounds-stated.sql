-- id: OV-09
-- title: Every active entry should give grounds specific to the person
-- asks: Does every active entry give grounds that are more than a word or two, and not one text used again and again?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.34(3), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.35(1), as the reason, not as the rule (2018-05-25 .. 2025-08-19)
-- basis: Data Protection Act 2018 s.35(1), as amended by the Data (Use and Access) Act 2025 s.74, as the reason, not as the rule (2025-08-20 ..)
-- basis: Data Protection Act 1998 principle 1, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- dated: opened_on
-- found in: Chicago gang arrest cards: over 15,000 of 134,242 people designated with no gang or no reason given, review by the Office of Inspector General, 11 April 2019, as reported by the press
-- found in: Covert surveillance: proportionality stated in templated or generic words, Investigatory Powers Commissioner, Annual Report 2019, paras 12.23-12.24
-- severity: high
-- gate: refuse
-- limits: Measures length and repetition only. A long text may give no reasons; a short one may be sufficient. Texts that differ by one character count as different. Both numbers are defaults, not law.
-- remedy: Record why this person is listed, based on the evidence held, or close the entry.
with repeated as (
    select entry.grounds as words
    from entry
    group by entry.grounds
    having count(*) > :same_grounds_limit
)
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active'
       and (coalesce(length(trim(entry.grounds)), 0) < :boilerplate_length or repeated.words is not null) as breach,
       case when coalesce(length(trim(entry.grounds)), 0) = 0 then 'no grounds are given'
            when length(trim(entry.grounds)) < :boilerplate_length then 'the grounds are too short to say why'
            else 'the same grounds are used on many entries' end as reason
from entry
left join repeated on repeated.words = entry.grounds
where entry.status = 'active' or entry.status is null
