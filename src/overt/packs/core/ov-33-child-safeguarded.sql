-- id: OV-33
-- title: Every entry about a child should have a safeguarding decision
-- asks: For each entry opened when the person was under 18, was a safeguarding decision recorded?
-- kind: benchmark
-- basis: Children Act 2004 s.11(2), England, as the reason, not as the rule (2005-10-01 ..)
-- basis: United Nations Convention on the Rights of the Child art 3, as the reason, not as the rule
-- dated: opened_on
-- found in: Project Alpha: the data protection impact assessment spoke of "children's personal data", as reported by the Guardian, 3 June 2022; the Metropolitan Police later said that statements of that assessment were mistakes
-- severity: critical
-- gate: refuse
-- limits: Checks that a decision was recorded, at any time, not that it was made in the child's interest. An age recorded without a date of birth is taken to be the age on the date the entry was opened. Closed entries are included, because closing an entry does not put right a decision that was missed. A person born on 29 February is taken to reach an age on 1 March (the Scottish rule; the English Act is silent). The duty applies in England (Wales has its own section) and is to make arrangements: no section requires this of each child.
-- remedy: Record a safeguarding decision as a review of the entry, or delete the entry.
select listed.entry_id, listed.subject_id, listed.opened_on, listed.unit,
       case when decided.entry_id is not null then false else listed.was_child end as breach,
       'no safeguarding decision is recorded' as reason
from (
    select entry.entry_id, entry.subject_id, entry.opened_on, entry.unit,
           case when person.birth_date is not null
                    then case when has(entry.opened_on) then reaches_age(person.birth_date, 18) > entry.opened_on end
                when not has(subject.age_recorded) then null
                when has(subject.birth_date) then person.age_recorded < 18
                when person.age_recorded < 18 then true end as was_child
    from entry
    left join (
        select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
        from subject
        group by subject.subject_id
    ) as person on person.subject_id = entry.subject_id
) as listed
left join (
    select review.entry_id
    from review
    where review.outcome = 'safeguarding'
    group by review.entry_id
) as decided on decided.entry_id = listed.entry_id
where listed.was_child or listed.was_child is null
