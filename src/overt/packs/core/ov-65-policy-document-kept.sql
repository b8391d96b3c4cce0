-- id: OV-65
-- title: The appropriate policy document must be kept for as long as the law requires
-- asks: Was each appropriate policy document kept until six months after the processing ended, or replaced by another?
-- kind: statute
-- basis: Data Protection Act 2018 s.42(3) (2018-05-25 ..)
-- severity: high
-- gate: none
-- limits: Reads the date from which a document was no longer kept, not whether it can be found. Another policy document that had been signed by that date and was kept longer counts as its replacement, whichever condition it was written for. The processing ends with the last version of the record of processing, and continues where a version has no end date. Without such a record the result is unknown, as it is where weekends and holidays may have extended the six months by up to four days.
-- remedy: Restore the document, or sign one in its place, and keep it for the Commissioner until six months after the processing has ended.
select assessment.assessment_id, assessment.signed_on, assessment.withdrawn_on,
       case when assessment.withdrawn_on is null or assessment.withdrawn_on > :as_of then false
            when replaced.certain_count > 0 then false
            when processed.open_count = 0
                 and assessment.withdrawn_on > add_days(months_after(processed.ended_on, 6), 4) then false
            when assessment.kind is null or replaced.possible_count > 0 then null
            when not has(processing_record.ended_on) then null
            when processed.open_count > 0 then true
            when assessment.withdrawn_on <= months_after(processed.ended_on, 6) then true end as breach,
       case when processed.open_count > 0 then 'it was withdrawn while the processing continued'
            else 'it was withdrawn within six months of the end of the processing' end as reason
from assessment
cross join (
    select max(processing_record.ended_on) as ended_on,
           count(*) filter (where processing_record.ended_on is null) as open_count
    from processing_record
) as processed
left join (
    select earlier.assessment_id,
           count(*) filter (where following.kind = 'apd' and following.signed_on is not null) as certain_count,
           count(*) as possible_count
    from assessment as earlier
    join assessment as following
        on (following.kind = 'apd' or following.kind is null)
           and (following.signed_on <= earlier.withdrawn_on or following.signed_on is null)
           and (following.withdrawn_on > earlier.withdrawn_on or following.withdrawn_on is null)
    group by earlier.assessment_id
) as replaced on replaced.assessment_id = assessment.assessment_id
where assessment.kind = 'apd' or assessment.kind is null
