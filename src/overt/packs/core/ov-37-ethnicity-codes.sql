-- id: OV-37
-- title: Ethnicity should be recorded using the published codes
-- asks: Is each ethnicity a code from the Home Office 18+1 list or, if officer-observed, from the list IC1 to IC6 and IC9?
-- kind: benchmark
-- basis: Home Office self-defined ethnicity codes, 18+1 list; identity codes IC1 to IC6 and IC9 for observed ethnicity
-- basis: Equality Act 2010 s.149, as the reason, not as the rule (2011-04-05 ..)
-- severity: medium
-- gate: note
-- limits: The codes are a standard and not a statute, but without them the disparity that section 149 is concerned with cannot be measured. Code O1 from the older 16+1 list is out of date and counts as a breach. The finding does not show the code, because ethnicity is never shown next to a person.
-- remedy: Use the current code list. If the person declined to say, use NS.
select subject.subject_id,
       case when coalesce(subject.ethnicity_self not in (
                     'W1', 'W2', 'W3', 'W9', 'M1', 'M2', 'M3', 'M9', 'A1', 'A2', 'A3', 'A4', 'A9',
                     'B1', 'B2', 'B9', 'O2', 'O9', 'NS'), false)
                 or coalesce(subject.ethnicity_observed not in (
                     'IC1', 'IC2', 'IC3', 'IC4', 'IC5', 'IC6', 'IC9'), false) then true
            when subject.ethnicity_self is null and subject.ethnicity_observed is null then null
            when has(subject.ethnicity_self) and has(subject.ethnicity_observed) then false end as breach,
       'a code is not in its list' as reason
from subject
