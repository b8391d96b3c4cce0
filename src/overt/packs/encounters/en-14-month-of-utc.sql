-- id: EN-14
-- title: A count by the written time falls in the right month
-- asks: Is the month of the UTC time the month of the local day?
-- kind: benchmark
-- basis: Code of Practice for Statistics
-- dated: occurred_on
-- found in: Metropolitan Police stop and search, June 2016, as published: the first row is written 2016-05-31T23:01 and happened on 1 June
-- severity: low
-- gate: none
-- limits: Takes the source at its word that the time is UTC. A force that gives the date alone is read as midnight, and in summer midnight UTC is one o'clock of the same day.
-- remedy: Count by the local day; write the offset of the local time beside each time.
select dated.encounter_id, dated.occurred_on, dated.unit,
       dated.utc_month <> dated.local_month as breach,
       'the UTC time is in another month than the local day' as reason
from (
  -- A date as text is yyyy-mm-dd on every engine; without its last digits it names the month.
  select encounter.encounter_id, encounter.occurred_on, encounter.unit,
         rtrim('' || day_of(encounter.occurred_at), '0123456789') as utc_month,
         rtrim('' || encounter.occurred_on, '0123456789') as local_month
  from encounter
) as dated
