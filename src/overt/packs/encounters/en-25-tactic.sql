-- id: EN-25
-- title: Each use of force should record the tactic used
-- asks: Is the tactic of each use of force reported?
-- kind: benchmark
-- basis: Home Office, Police use of force statistics, England and Wales, which counts tactics and those not reported
-- dated: occurred_on
-- severity: medium
-- gate: note
-- limits: Counts rows of the source; in a published table one row represents many uses. The file cannot show whether the recorded tactic is the one that was used.
-- remedy: Have the officer record every tactic used before the record is closed.
select encounter.encounter_id, encounter.occurred_on, encounter.unit, encounter.row_count,
       case when trim(encounter.tactic) <> '' and lower(trim(encounter.tactic)) <> 'not reported' then false
            when encounter.kind is not null then true
       end as breach,
       'the tactic is blank or not reported' as reason
from encounter
where encounter.kind is null or lower(encounter.kind) like '%force%'
