-- id: EN-08
-- title: Each row can be placed in a self-defined ethnic group
-- asks: How many rows are blank or not stated, so that no figure by self-defined ethnicity can hold them?
-- kind: benchmark
-- basis: Race Disparity Unit, Stop and search: interpreting and describing statistics (2021-03-31 ..)
-- basis: Equality Act 2010 s.149, as the reason (2011-04-05 ..)
-- dated: occurred_on
-- severity: low
-- gate: none
-- limits: Not a breach of duty by itself: a person may decline, and a vehicle searched with nobody in it has no ethnicity. Every row is counted, so that the number is the one that figures over the whole file lose. EN-07 has the blanks where a person was met, EN-09 the share.
-- remedy: Publish the number beside every rate by ethnicity, with the bounds it leaves open.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when coalesce(trim(encounter.ethnicity_self), '') = '' then true
            when trim(encounter.ethnicity_self) = 'NS' or lower(encounter.ethnicity_self) like '%not stated%' then true
            when has(encounter.ethnicity_self_group) then case when encounter.ethnicity_self_group is not null then false end
       end as breach,
       case when coalesce(trim(encounter.ethnicity_self), '') = '' then 'the self-defined ethnicity is blank'
            else 'the self-defined ethnicity is not stated'
       end as reason
from encounter
