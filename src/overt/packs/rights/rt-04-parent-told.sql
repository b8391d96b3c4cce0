-- id: RT-04
-- title: A parent should be notified of each child's entry, as the charter promises
-- asks: Where the charter promises to notify a parent, was one notified of each entry about a child, or an exemption recorded?
-- kind: own policy
-- basis: The register's own charter, section notification
-- basis: Children Act 2004 s.11(2), as the reason in England (2005-10-01 ..)
-- dated: opened_on
-- severity: high
-- gate: none
-- limits: Whether it was in time is a matter for RT-03. The Act requires arrangements, does not mention notification, and applies in England: the rule is the charter's commitment. Applies to a person who was a child when the entry was opened. A recorded age is used where no date of birth is held. Does not judge who is a parent or guardian, or whether notifying them would harm the child, which is what an exemption is for. A person born on 29 February is taken to reach an age on 1 March (the Scottish rule; the English Act is silent).
-- remedy: Notify the parent or guardian, or record why no one was notified, with the provision.
select listed.entry_id, listed.opened_on, listed.unit, promise.child_told,
       case when exempt.entry_id is not null or told.parents > 0 then false
            when listed.was_child is null or promise.child_told is null or told.unsaid > 0 then null
            else true end as breach,
       'no parent was notified' as reason
from (
    select entry.entry_id, entry.opened_on, entry.unit,
           case when person.birth_date is not null then reaches_age(person.birth_date, :adult_age) > entry.opened_on
                when not has(subject.age_recorded) then null
                when has(subject.birth_date) then person.age_recorded < :adult_age
                when person.age_recorded < :adult_age then true end as was_child
    from entry
    left join (
        select subject.subject_id, max(subject.birth_date) as birth_date, min(subject.age_recorded) as age_recorded
        from subject
        group by subject.subject_id
    ) as person on person.subject_id = entry.subject_id
    where entry.status is distinct from 'closed'
) as listed
join promise on promise.starts_on <= coalesce(listed.opened_on, :as_of)
     and (promise.ends_on is null or promise.ends_on >= coalesce(listed.opened_on, :as_of))
left join (
    select notice.entry_id, count(*) filter (where notice.told in ('parent', 'both')) as parents,
           count(*) filter (where notice.told is null) as unsaid
    from notice
    where coalesce(trim(notice.exemption), '') = ''
    group by notice.entry_id
) as told on told.entry_id = listed.entry_id
left join (
    select notice.entry_id
    from notice
    where coalesce(trim(notice.exemption), '') <> '' and coalesce(trim(notice.reasons), '') <> ''
    group by notice.entry_id
) as exempt on exempt.entry_id = listed.entry_id
where promise.child_told is distinct from 'person' and (listed.was_child or listed.was_child is null)
