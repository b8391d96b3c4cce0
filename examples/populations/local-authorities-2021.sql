-- Estimates of residents of local authorities, 2021, rounded to the nearest hundred; "!" is a number withheld. The
-- publisher's Asian groups are Indian and Pakistani/Bangladeshi, and Other holds everybody else of Asian background, so
-- that neither Asian nor Other is the group of the 18+1 list: they stay in the publisher's words and meet no count.
create view population as
select 'estimates' as population_id, source_rows."LAD" as area, 2021 as year, 'ethnicity' as attribute,
       case person.grp when 'Other' then 'Other and other Asian' else person.grp end as grp,
       cast(nullif(case person.grp when 'White' then source_rows."White" when 'Mixed' then source_rows."Mixed"
                                   when 'Indian' then source_rows."Indian"
                                   when 'Pakistani/Bangladeshi' then source_rows."Pakistani/Bangladeshi"
                                   when 'Black' then source_rows."Black" else source_rows."Other" end, '!')
            as bigint) as "count"
from source_rows, unnest(['White', 'Mixed', 'Indian', 'Pakistani/Bangladeshi', 'Black', 'Other']) as person(grp);
