-- id: OV-03
-- title: Active entries about one person should give the same role, unless a reason is recorded
-- asks: Where a person has several active entries, do they give the same role, or does a review say why not?
-- kind: benchmark
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(3), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- found in: Gangs Violence Matrix: each borough kept its own matrix, and victims and perpetrators were not clearly distinguished, Information Commissioner, enforcement notice announced on 16 November 2018
-- severity: high
-- gate: refuse
-- limits: Treats any review with a rationale, dated on or after the most recent entry, as a recorded reason. Does not check whether the rationale is about the role.
-- remedy: Decide the role on the evidence, or record at a review why one person has two roles.
with repeated as (
    select entry.subject_id
    from entry
    where entry.status = 'active' or entry.status is null
    group by entry.subject_id
    having count(*) > 1
),
held as (
    select entry.subject_id, max(entry.opened_on) as last_opened_on,
           count(*) as entry_count, count(entry.role) as role_count,
           min(entry.role) as first_role, max(entry.role) as last_role,
           min(entry.role) filter (where entry.status = 'active') as first_active_role,
           max(entry.role) filter (where entry.status = 'active') as last_active_role
    from entry
    join repeated on coalesce(repeated.subject_id, '') = coalesce(entry.subject_id, '')
    where entry.status = 'active' or entry.status is null
    group by entry.subject_id
),
reasoned as (
    select entry.subject_id, max(day_of(review.done_at)) as reasoned_on
    from review
    join entry on entry.entry_id = review.entry_id
    join held on held.subject_id = entry.subject_id
    where length(trim(review.rationale)) >= :boilerplate_length
    group by entry.subject_id
)
select held.subject_id, held.last_opened_on,
       case when held.subject_id is null then null
            when held.first_role = held.last_role and held.role_count = held.entry_count then false
            when reasoned.reasoned_on >= held.last_opened_on then false
            when reasoned.reasoned_on is not null and held.last_opened_on is null then null
            when held.first_active_role <> held.last_active_role then true end as breach,
       'active entries give one person different roles, and no review says why' as reason
from held
left join reasoned on reasoned.subject_id = held.subject_id
