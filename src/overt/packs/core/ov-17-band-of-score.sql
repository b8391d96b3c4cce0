-- id: OV-17
-- title: The band is the band of the score
-- asks: Does every band agree with the score it was given for?
-- kind: own policy
-- basis: The controller's scoring rule: the limits between its bands
-- basis: Data Protection Act 2018 s.34(3), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.38(1), as the reason, not as the rule (2018-05-25 ..)
-- basis: Data Protection Act 1998 principle 4, as the reason, not as the rule (2000-03-01 .. 2018-05-24)
-- severity: medium
-- gate: note
-- limits: means something only with the register's own limits between the bands: the defaults are examples, and a register with others must give them in its charter or the audit's settings; a band changed by a person for a recorded reason looks the same as an error
-- remedy: Correct the band, or record who changed it and why.
select entry.entry_id, entry.score_as_of, entry.unit,
       entry.band <> case when entry.score >= :band_high_from then 'high'
                          when entry.score >= :band_medium_from then 'medium'
                          when entry.score < :band_medium_from then 'low' end as breach,
       'the band is not the one of the score' as reason
from entry
where entry.band is not null
