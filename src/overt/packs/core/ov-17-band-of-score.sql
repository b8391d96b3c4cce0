-- id: OV-17
-- title: Each band should match the score it is based on
-- asks: Does every band match the score it is based on?
-- kind: own policy
-- basis: The controller's scoring rule: the limits between its bands
-- basis: Data Protection Act 2018 s.34(3), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- severity: medium
-- gate: note
-- limits: This control is meaningful only with the register's own band limits. The defaults are examples; give the register's own limits in its charter or in the audit's settings. A band that a person changed for a recorded reason looks the same as an error.
-- remedy: Correct the band, or record who changed it and why.
select entry.entry_id, entry.score_as_of, entry.unit,
       entry.band <> case when entry.score >= :band_high_from then 'high'
                          when entry.score >= :band_medium_from then 'medium'
                          when entry.score < :band_medium_from then 'low' end as breach,
       'the band does not match the score' as reason
from entry
where entry.band is not null
