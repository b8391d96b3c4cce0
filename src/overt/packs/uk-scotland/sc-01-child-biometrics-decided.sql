-- id: SC-01
-- title: A child's biometric data should rest on a recorded decision
-- asks: Where biometric data was taken from a person under 18, was a safeguarding decision recorded?
-- kind: benchmark
-- basis: Policy of March 2024 on the biometric data of children in Scotland (2024-03-01 ..)
-- basis: Scottish Biometrics Commissioner Act 2020 ss.7-9, as the reason, not as the rule (2022-11-16 ..)
-- in force: 2024-03-01 ..
-- dated: collected_on
-- found in: Scotland: biometric data was taken of 2,003 children in 2023/24 and of 1,851 in 2024/25, Scottish Biometrics Commissioner, annual report 2024/25, as reported in October 2025
-- severity: critical
-- gate: hold
-- limits: Neither the policy nor the Commissioner's Code of Practice was seen, nor the date from which each applies, so this control is a benchmark. Checks that a decision about the child was recorded under the entry, at any time, not what it considered. The category is found by its name, which is a threshold of the pack. An age recorded without a date of birth is taken to be the age on the date the data was taken. Data taken before 1 March 2024 is not examined.
-- remedy: Record the decision and its reasons as a review of the entry, or delete the biometric data.
select taken.item_id, taken.entry_id, taken.collected_on, taken.unit,
       case when decided.entry_id is not null then false
            when taken.category is null then null
            else taken.was_child end as breach,
       'no decision about the child is recorded' as reason
from (
    select item.item_id, item.entry_id, item.collected_on, item.category, entry.unit,
           case when person.birth_date is not null then reaches_age(person.birth_date, 18) > item.collected_on
                else person.age_recorded < 18 end as was_child
    from item
    left join entry on entry.entry_id = item.entry_id
    left join (
        select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
        from subject
        group by subject.subject_id
    ) as person on person.subject_id = entry.subject_id
    where lower(trim(item.category)) = :biometric_category or item.category is null
) as taken
left join (
    select review.entry_id
    from review
    where review.outcome = 'safeguarding'
    group by review.entry_id
) as decided on decided.entry_id = taken.entry_id
where taken.was_child or taken.was_child is null
