-- id: OV-30
-- title: Entries about people who have died should be closed
-- asks: Is any entry still active more than 90 days after the person died?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.3(2)-(3), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(1), for living people named in the entry, as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Chicago gang arrest cards: 13 people aged 118 and two aged 132, as reported by ProPublica Illinois, 2018
-- severity: low
-- gate: none
-- limits: Covers only deaths that the register records. The Act protects the living, so a breach shows a register that is not kept up to date; it may still matter to other people named in the entry. The 90 days are a default, not law.
-- remedy: Close the entry, and keep only what a stated purpose still needs.
select entry.entry_id, entry.opened_on, entry.unit,
       entry.status = 'active' and add_days(person.died_on, :deceased_grace_days) < :as_of as breach,
       'the person has died and the entry is still active' as reason
from entry
join (
    select subject.subject_id, max(subject.died_on) as died_on
    from subject
    where subject.died_on is not null
    group by subject.subject_id
) as person on person.subject_id = entry.subject_id
where entry.status = 'active' or entry.status is null
