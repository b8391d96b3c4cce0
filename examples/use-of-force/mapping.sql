-- Police use of force by force, tactic and ethnicity as the officer saw it: table 16 of the Home Office's tables as CSV.
-- Each row of the model stands for as many uses of one tactic as `row_count` says. Counted once each:
--   no total over England and Wales, which the forces add up to;
--   no "… of which" and no "*Total …" that is split further; the three that are not split stand for themselves;
--   no tactical communication, which the publisher does not count as a use of force.
-- One incident with two tactics is two uses, so that row_count adds up to tactics and not to incidents.
create view encounter as
with counts as (
  select source_rows._row, source_rows."Police Force", source_rows."Type of force", source_rows."Tactic",
         1 as position, 'White' as perceived, source_rows."White" as uses
  from source_rows
  union all
  select source_rows._row, source_rows."Police Force", source_rows."Type of force", source_rows."Tactic",
         2, 'Black (or Black British)', source_rows."Black (or Black British)"
  from source_rows
  union all
  select source_rows._row, source_rows."Police Force", source_rows."Type of force", source_rows."Tactic",
         3, 'Asian (or Asian British)', source_rows."Asian (or Asian British)"
  from source_rows
  union all
  select source_rows._row, source_rows."Police Force", source_rows."Type of force", source_rows."Tactic",
         4, 'Chinese', source_rows."Chinese"
  from source_rows
  union all
  select source_rows._row, source_rows."Police Force", source_rows."Type of force", source_rows."Tactic",
         5, 'Mixed', source_rows."Mixed"
  from source_rows
  union all
  select source_rows._row, source_rows."Police Force", source_rows."Type of force", source_rows."Tactic",
         6, 'Other', source_rows."Other"
  from source_rows
  union all
  select source_rows._row, source_rows."Police Force", source_rows."Type of force", source_rows."Tactic",
         7, 'Don''t know', source_rows."Don't know"
  from source_rows
  union all
  select source_rows._row, source_rows."Police Force", source_rows."Type of force", source_rows."Tactic",
         8, 'Not reported', source_rows."Not reported"
  from source_rows
)
select format('{:05d}-{}', counts._row, counts.position) as encounter_id,
       'Use of force' as kind,
       -- The publisher's sheet has a blank behind some names.
       trim(counts."Police Force") as force,
       trim(counts."Police Force") as unit,
       counts.perceived as ethnicity_observed,
       -- Chinese is under Asian in the 18+1 list; "Don't know" and "Not reported" are no group.
       case counts.position when 1 then 'White' when 2 then 'Black' when 3 then 'Asian' when 4 then 'Asian'
                            when 5 then 'Mixed' when 6 then 'Other' end as ethnicity_observed_group,
       replace(trim(counts."Tactic"), '*Total ', '') as tactic,
       cast(cast(counts.uses as double) as bigint) as row_count,
       md5(concat_ws(chr(31), counts."Police Force", counts."Type of force", counts."Tactic", counts.perceived,
                     counts.uses)) as row_digest
from counts
where trim(counts."Police Force") <> 'Total England and Wales'
  and trim(counts."Type of force") <> 'Tactical communication'
  and trim(counts."Tactic") not like '%, of which'
  and (counts."Tactic" not like '*Total %'
       or trim(counts."Tactic") in ('*Total Unarmed skills', '*Total Firearms', '*Total Not reported'))
  and cast(counts.uses as double) > 0;
