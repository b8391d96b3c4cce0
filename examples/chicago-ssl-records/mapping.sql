-- Chicago's Strategic Subject List as records: one row a person. The names are those of the portal's columns, so that
-- the full file of 398,684 rows can be read too. Entries are numbered by row.
-- There is no `subject`: the publisher took every identity out, so that a number given here would make "one person, one
-- record" true by the numbering alone. Left out with it: race, of which the file does not say whether the person or an
-- officer named it; sex; and the ages, which are bands. Also left out: the year in LATEST DATE, which is no day;
-- STATUS I, whose meaning is not published; and the trend in criminal activity, which is worked out from the arrests and
-- states no fact of its own.
create view entry as
select format('{:08d}', source_rows._row) as entry_id,
       cast(source_rows."HEAT SCORE" as integer) as score
from source_rows;

-- One item for each of the six predictors that says something of the person: the seventh is the age, the eighth the
-- trend. A score without an item rests on those two alone.
create view item as
with predictors as (
  select source_rows._row, 1 as position, 'victim_of_shooting' as category, null as origin,
         source_rows."PREDICTOR RAT VICTIM SHOOTING INCIDENTS" as times
  from source_rows
  union all
  select source_rows._row, 2, 'victim_of_battery_or_assault', null, source_rows."PREDICTOR RAT VICTIM BATTERY OR ASSAULT"
  from source_rows
  union all
  select source_rows._row, 3, 'arrest_for_violent_offence', 'arrest', source_rows."PREDICTOR RAT ARRESTS VIOLENT OFFENSES"
  from source_rows
  union all
  select source_rows._row, 4, 'gang_affiliation', null, source_rows."PREDICTOR RAT GANG AFFILIATION"
  from source_rows
  union all
  select source_rows._row, 5, 'arrest_for_narcotics', 'arrest', source_rows."PREDICTOR RAT NARCOTIC ARRESTS"
  from source_rows
  union all
  select source_rows._row, 6, 'arrest_for_unlawful_use_of_weapon', 'arrest', source_rows."PREDICTOR RAT UUW ARRESTS"
  from source_rows
)
select format('{:08d}-{}', predictors._row, predictors.position) as item_id,
       format('{:08d}', predictors._row) as entry_id,
       predictors.category as category,
       -- Where the name of the predictor says that it counts arrests.
       predictors.origin as origin
from predictors
where cast(predictors.times as double) > 0;
