-- id: RT-13
-- title: The authority that supplied wrong data must be notified
-- asks: Where an item that came from another authority was corrected, was that authority notified?
-- kind: statute
-- basis: Data Protection Act 2018 s.48(7) (2018-05-25 ..)
-- in force: 2018-05-25 ..
-- dated: corrected_on
-- severity: medium
-- gate: none
-- limits: Covers items, and a correction that names its item. Recognises an authority by its name as written. An authority notified on the date of the correction or later counts; whether it was notified without delay is not judged.
-- remedy: Notify the authority of what was wrong, and record the notice with the correction.
select made.item_id, made.corrected_on,
       case when made.unsure_count = 0 and told.last_on >= made.corrected_on then false
            when told.undated_count > 0 or made.corrected_on is null then null
            when told.last_on >= made.corrected_on then null
            else true end as breach,
       'the authority that the item came from was not notified' as reason
from (
    select correction.item_id, max(case when correction.kind = 'rectified' then correction.on_date end) as corrected_on,
           count(*) filter (where correction.kind is null or correction.on_date is null) as unsure_count
    from correction
    where correction.kind = 'rectified' or correction.kind is null
    group by correction.item_id
) as made
join item on item.item_id = made.item_id
left join (
    select correction.item_id, correction.recipient, max(correction.told_on) as last_on,
           count(*) filter (where correction.told_on is null) as undated_count
    from correction
    group by correction.item_id, correction.recipient
) as told on told.item_id = made.item_id and told.recipient = item.source_authority
where trim(item.source_authority) <> ''
