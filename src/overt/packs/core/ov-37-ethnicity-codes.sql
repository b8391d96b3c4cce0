-- id: OV-37
-- title: Ethnicity is written in the published codes
-- asks: Is each ethnicity a code of the Home Office 18+1 list, or, where an officer saw it, of the list IC1 to IC6 and IC9?
-- kind: benchmark
-- basis: Home Office self-defined ethnicity codes, 18+1 list; identity codes IC1 to IC6 and IC9 for observed ethnicity
-- basis: Equality Act 2010 s.149, as the reason, not as the rule (2011-04-05 ..)
-- severity: medium
-- gate: note
-- limits: the codes are a standard and not a statute, but without them the disparity that section 149 asks about cannot be measured; O1 of the older 16+1 list is out of date and breaches; the finding does not say which code was found, because ethnicity is never shown beside a person
-- remedy: Write the code of the current list; where a person declined to say, write NS.
select subject.subject_id,
       case when coalesce(subject.ethnicity_self not in (
                     'W1', 'W2', 'W3', 'W9', 'M1', 'M2', 'M3', 'M9', 'A1', 'A2', 'A3', 'A4', 'A9',
                     'B1', 'B2', 'B9', 'O2', 'O9', 'NS'), false)
                 or coalesce(subject.ethnicity_observed not in (
                     'IC1', 'IC2', 'IC3', 'IC4', 'IC5', 'IC6', 'IC9'), false) then true
            when subject.ethnicity_self is null and subject.ethnicity_observed is null then null
            when has(subject.ethnicity_self) and has(subject.ethnicity_observed) then false end as breach,
       'a code is outside its list' as reason
from subject
