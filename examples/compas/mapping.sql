-- COMPAS scores of Broward County in the form of the Aequitas toolkit: entity_id, score, label_value, race, sex, age_cat.
-- A score about a person is an entry. Left out: `race`, since the file does not say whether the person or an officer
-- named it; `age_cat`, which is a band; `label_value`, an outcome without a day, which is for a test of the score's
-- errors and not for a control over one row.
create view subject as
select source_rows.entity_id as subject_id,
       lower(source_rows.sex) as sex
from source_rows;

create view entry as
select source_rows.entity_id as entry_id,
       source_rows.entity_id as subject_id,
       cast(source_rows.score as double) as score
from source_rows;
