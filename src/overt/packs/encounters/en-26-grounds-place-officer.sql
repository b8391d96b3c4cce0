-- id: EN-26
-- title: Each search must record its grounds, its place and the officer
-- asks: Are the grounds of each search, its place and the officer recorded?
-- kind: statute
-- basis: Police and Criminal Evidence Act 1984 s.3(6)(a)(ii), (iv), (b) (2011-03-07 ..)
-- in force: 2011-03-07 ..
-- dated: occurred_on
-- severity: medium
-- gate: refuse
-- limits: A record need not be made where that is not practicable (s.3(1)). Searches with consent come under this section only through the Code, and those under other Acts through their own provisions. Use of force is a separate record and out of scope. A published file usually lacks all three, and the result is then unknown. Whether the grounds are good ones can only be judged by reading them.
-- remedy: Record the grounds, the place and the officer.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when encounter.kind is not null and (
                case when has(encounter.grounds) then coalesce(trim(encounter.grounds), '') = '' end
                or case when has(encounter.place) then coalesce(trim(encounter.place), '') = '' end
                or case when has(encounter.officer_ref) then coalesce(trim(encounter.officer_ref), '') = '' end)
                then true
            when trim(encounter.grounds) <> '' and trim(encounter.place) <> '' and trim(encounter.officer_ref) <> ''
                then false
       end as breach,
       case when case when has(encounter.grounds) then coalesce(trim(encounter.grounds), '') = '' end
                then 'the grounds are not recorded'
            when case when has(encounter.place) then coalesce(trim(encounter.place), '') = '' end
                then 'the place is not recorded'
            else 'the officer is not recorded' end as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%search%'
