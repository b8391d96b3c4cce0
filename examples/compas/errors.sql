-- COMPAS scores with what came of them, for a test of the score's errors: label_value 1 is an arrest within two years,
-- taken for the model's serious_offence, since the file names no kind. The score is 1 where the person was called of
-- medium or high risk. Nobody says who named the race; it is kept apart and in the file's own words.
create view subject as
select source_rows.entity_id as subject_id, lower(source_rows.sex) as sex, source_rows.race as ethnicity_observed
from source_rows;

create view entry as
select source_rows.entity_id as entry_id, source_rows.entity_id as subject_id, cast(source_rows.score as double) as score
from source_rows;

create view outcome as
select source_rows.entity_id as subject_id, 'serious_offence' as kind
from source_rows where source_rows.label_value = '1';
