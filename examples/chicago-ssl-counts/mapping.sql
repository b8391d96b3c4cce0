-- Chicago's Strategic Subject List as counts: score, race, sex, age band and how many people. Each person counted
-- becomes one subject and one entry again, so that whatever is asked of a list can be asked of this one.
-- Left out: `age`, a band of ten years where the model holds a birth date or an age in years; and `race`, since the
-- file does not say whether the person or an officer named it, and the model keeps the two apart.
create view subject as
select format('{:06d}-{:06d}', source_rows._row, person.number) as subject_id,
       case source_rows.sex when 'Men' then 'male' when 'Women' then 'female' when 'Other' then 'other' end as sex
from source_rows, unnest(range(1, cast(source_rows."count" as bigint) + 1)) as person(number);

create view entry as
select format('{:06d}-{:06d}', source_rows._row, person.number) as entry_id,
       format('{:06d}-{:06d}', source_rows._row, person.number) as subject_id,
       cast(source_rows.ssl_score as integer) as score
from source_rows, unnest(range(1, cast(source_rows."count" as bigint) + 1)) as person(number);
