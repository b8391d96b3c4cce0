-- id: EN-08
-- title: Every record should have a known self-defined ethnic group
-- asks: How many rows are blank or not stated, so that figures by self-defined ethnicity cannot include them?
-- kind: benchmark
-- basis: Race Disparity Unit, Stop and search: interpreting and describing statistics (2021-03-31 ..)
-- basis: Equality Act 2010 s.149, as the reason (2011-04-05 ..)
-- dated: occurred_on
-- severity: low
-- gate: none
-- limits: Not in itself a breach of duty: a person may decline, and a vehicle searched with no one in it has no ethnicity. Every row is counted, so the number is the one missing from figures for the whole file. EN-07 counts the blanks where a person was searched, and EN-09 gives the share.
-- remedy: Publish the number with every rate by ethnicity, together with the resulting bounds.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when coalesce(trim(encounter.ethnicity_self), '') = '' then true
            when trim(encounter.ethnicity_self) = 'NS' or lower(encounter.ethnicity_self) like '%not stated%' then true
            when has(encounter.ethnicity_self_group) then case when encounter.ethnicity_self_group is not null then false end
       end as breach,
       case when coalesce(trim(encounter.ethnicity_self), '') = '' then 'the self-defined ethnicity is blank'
            else 'the self-defined ethnicity is not stated'
       end as reason
from encounter
