-- Chicago's Strategic Subject List as counts: score, race, sex, age band and how many people. Each person counted
-- becomes one entry again, so that whatever is asked of a list can be asked of this one.
-- There is no `subject`: the publisher took every identity out, so that a number given here would make "one person, one
-- record" true by the numbering alone. Left out with it: race, of which the file does not say whether the person or an
-- officer named it; sex; and the age, a band of ten years where the model holds a birth date or an age in years.
create view entry as
select format('{:06d}-{:06d}', source_rows._row, person.number) as entry_id,
       cast(source_rows.ssl_score as integer) as score
from source_rows, unnest(range(1, cast(source_rows."count" as bigint) + 1)) as person(number);
