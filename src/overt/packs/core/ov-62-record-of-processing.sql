-- id: OV-62
-- title: The record of processing is complete
-- asks: Does a register in use have a record of processing in which every field is filled, and those for sensitive data where a category in use is sensitive?
-- kind: statute
-- basis: Data Protection Act 2018 s.61(2) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.42(4) (2018-05-25 ..)
-- severity: high
-- gate: none
-- limits: sees that a field is filled, not that what it says is true; time limits and security are asked for where possible, and profiling and transfers where there are any: where one of these four fields is empty it cannot be told, so write none where there is none; joint controllers are named in the field of the controller; versions that ended or begin after the day of the audit are not asked about, and one without a first day counts; a register that Overt keeps has no row here until one is given, and then this is not asked: `overt release record s61` writes one from its charter as a document
-- remedy: Fill what is empty in the record, write none where nothing of the kind occurs, and keep it for the Commissioner.
with standing as (
    select processing_record.record_id, processing_record.starts_on,
           case when trim(processing_record.controller) <> '' and trim(processing_record.officer) <> ''
                     and trim(processing_record.purposes) <> '' and trim(processing_record.recipients) <> ''
                     and trim(processing_record.subject_categories) <> ''
                     and trim(processing_record.data_categories) <> ''
                     and trim(processing_record.legal_basis) <> '' then 0 else 1 end as always_missing,
           case when trim(processing_record.profiling) <> '' and trim(processing_record.transfers) <> ''
                     and trim(processing_record.retention) <> '' and trim(processing_record.security) <> ''
                then 0 else 1 end as perhaps_missing,
           case when trim(processing_record.condition) <> '' and trim(processing_record.lawfulness) <> ''
                     and trim(processing_record.policy_followed) <> '' then 0 else 1 end as sensitive_missing
    from processing_record
    where (processing_record.starts_on is null or processing_record.starts_on <= :as_of)
      and (processing_record.ended_on is null or processing_record.ended_on > :as_of)
),
record as (
    select standing.record_id, standing.starts_on, false as is_absent, standing.always_missing,
           standing.perhaps_missing, standing.sensitive_missing
    from standing
    union all
    select 'no record' as record_id, null as starts_on, true as is_absent, 0 as always_missing, 0 as perhaps_missing,
           0 as sensitive_missing
    from (
        select count(*) as record_count
        from standing
    ) as kept
    where kept.record_count = 0
)
select record.record_id, record.starts_on,
       case when record.is_absent then case when used.active_count > 0 then true end
            when record.always_missing > 0 then true
            when record.sensitive_missing > 0 and held.sensitive_count > 0 then true
            when record.perhaps_missing > 0 then null
            when record.sensitive_missing > 0 and (held.possible_count > 0 or not has(category.sensitive)) then null
            else false end as breach,
       case when record.is_absent then 'there is no record of processing'
            when record.always_missing > 0 then 'a field of the record is empty'
            else 'a field that sensitive data asks for is empty' end as reason
from record
cross join (
    select count(*) as entry_count, count(*) filter (where entry.status = 'active') as active_count
    from entry
    where entry.status = 'active' or entry.status is null
) as used
cross join (
    select count(*) filter (where category.sensitive and has(category.retired_on)) as sensitive_count,
           count(*) filter (where category.sensitive or category.sensitive is null) as possible_count
    from category
    where category.retired_on is null or category.retired_on > :as_of
) as held
where used.entry_count > 0
