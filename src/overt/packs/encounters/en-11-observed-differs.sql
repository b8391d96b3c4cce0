-- id: EN-11
-- title: Observed and self-defined ethnic groups: how often they differ (a measure, not a duty)
-- asks: Where both are known, do the observed and the self-defined broad ethnic group agree?
-- kind: benchmark
-- basis: Race Disparity Unit, Stop and search: interpreting and describing statistics (2021-03-31 ..)
-- basis: Equality Act 2010 s.149, as the reason (2011-04-05 ..)
-- dated: occurred_on
-- found in: Metropolitan Police stop and search, June 2016, as published: the ratio of Black to White search rates is 4.2 by what officers saw and 3.7 by what people said
-- severity: low
-- gate: none
-- limits: A difference is not a fault: people are sometimes perceived differently from how they describe themselves. The measure shows how much a ratio depends on which of the two is used. The result is unknown where either is missing, and for people of a Mixed group observed as another group, because many forces give officers no such group to choose.
-- remedy: Publish figures by both, side by side, and never fill gaps in one from the other.
select encounter.encounter_id, encounter.occurred_on, encounter.unit,
       case when encounter.ethnicity_self_group = encounter.ethnicity_observed_group then false
            when encounter.ethnicity_self_group = 'Mixed' then null
            else encounter.ethnicity_self_group <> encounter.ethnicity_observed_group
       end as breach,
       'the officer recorded a different broad group from the person''s own' as reason
from encounter
