-- id: OV-57
-- title: A named person should decide on every keyword match
-- asks: Where a keyword or hashtag match led to an entry, did a named person decide on it?
-- kind: benchmark
-- basis: Data Protection Act 2018 ss.49-50, as the reason, not as the rule (2018-05-25 .. 2026-02-04)
-- basis: Data Protection Act 2018 ss.50A-50D, as inserted by the Data (Use and Access) Act 2025 s.80, as the reason, not as the rule (2026-02-05 ..)
-- basis: Human Rights Act 1998 s.6, as the reason, not as the rule: European Convention on Human Rights art 10 (2000-10-02 ..)
-- dated: occurred_at
-- found in: Requests of the Metropolitan Police to platforms, June 2021 to May 2022: 992, all of them about drill music, as corrected in the Oversight Board's decision 2022-007-IG-MR, January 2023
-- severity: critical
-- gate: refuse
-- limits: Checks that a name is recorded, not that the person looked at anything beyond the word. The watch-list bench measures how often each term is wrong. The sections apply to a significant decision by a machine alone, which OV-57b examines for the entry.
-- remedy: Have a named person decide on the match again, and delete the entry if nothing but the word supports it.
select term_hit.hit_id, term_hit.entry_id, term_hit.occurred_at,
       case when lower(trim(term_hit.decided_by)) not in ('', 'automated') then false
            when term_hit.entry_id is null then null
            else true end as breach,
       'no named person decided on the match' as reason
from term_hit
