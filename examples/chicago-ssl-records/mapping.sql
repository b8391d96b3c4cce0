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
select format('{:08d}-1', source_rows._row) as item_id, format('{:08d}', source_rows._row) as entry_id,
       'victim_of_shooting' as category, cast(null as text) as origin
from source_rows where cast(source_rows."PREDICTOR RAT VICTIM SHOOTING INCIDENTS" as double) > 0
union all
select format('{:08d}-2', source_rows._row), format('{:08d}', source_rows._row),
       'victim_of_battery_or_assault', null
from source_rows where cast(source_rows."PREDICTOR RAT VICTIM BATTERY OR ASSAULT" as double) > 0
union all
select format('{:08d}-3', source_rows._row), format('{:08d}', source_rows._row),
       'arrest_for_violent_offence', 'arrest'
from source_rows where cast(source_rows."PREDICTOR RAT ARRESTS VIOLENT OFFENSES" as double) > 0
union all
select format('{:08d}-4', source_rows._row), format('{:08d}', source_rows._row),
       'gang_affiliation', null
from source_rows where cast(source_rows."PREDICTOR RAT GANG AFFILIATION" as double) > 0
union all
select format('{:08d}-5', source_rows._row), format('{:08d}', source_rows._row),
       'arrest_for_narcotics', 'arrest'
from source_rows where cast(source_rows."PREDICTOR RAT NARCOTIC ARRESTS" as double) > 0
union all
select format('{:08d}-6', source_rows._row), format('{:08d}', source_rows._row),
       'arrest_for_unlawful_use_of_weapon', 'arrest'
from source_rows where cast(source_rows."PREDICTOR RAT UUW ARRESTS" as double) > 0;
