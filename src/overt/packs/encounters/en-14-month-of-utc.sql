-- id: EN-14
-- title: The UTC time and the local date should fall in the same month
-- asks: Is the month of the UTC time the month of the local date?
-- kind: benchmark
-- basis: Code of Practice for Statistics
-- dated: occurred_on
-- found in: Metropolitan Police stop and search, June 2016, as published: the first row is written 2016-05-31T23:01 and happened on 1 June
-- severity: low
-- gate: none
-- limits: Assumes that the time is in UTC, as the source states. If a force gives only the date, the time is read as midnight; in summer midnight UTC is one o'clock on the same date.
-- remedy: Count by the local date, and record the offset of the local time with each time.
select dated.encounter_id, dated.occurred_on, dated.unit,
       dated.utc_month <> dated.local_month as breach,
       'the UTC time and the local date are in different months' as reason
from (
  -- A date as text is yyyy-mm-dd on every engine; without its last digits it names the month.
  select encounter.encounter_id, encounter.occurred_on, encounter.unit,
         rtrim('' || day_of(encounter.occurred_at), '0123456789') as utc_month,
         rtrim('' || encounter.occurred_on, '0123456789') as local_month
  from encounter
) as dated
