-- id: OV-62
-- title: The record of processing must be complete
-- asks: Does a register in use have a record of processing in which every field is completed, including those for sensitive data where a category in use is sensitive?
-- kind: statute
-- basis: Data Protection Act 2018 s.61(2) (2018-05-25 ..)
-- basis: Data Protection Act 2018 s.42(4) (2018-05-25 ..)
-- severity: high
-- gate: none
-- limits: Checks that a field is completed, not that it is correct. Time limits and security are required where possible, and profiling and transfers where there are any: if one of these four fields is empty the result is unknown, so write "none" where there is none. Joint controllers are named in the field for the controller. Versions that ended before or begin after the audit date are not examined, and one without a start date counts. A register that Overt keeps has no row here until one is given, and until then this is not examined: `overt release record s61` writes the record from the charter as a document.
-- remedy: Complete the empty fields, write "none" where nothing applies, and keep the record for the Commissioner.
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
            else 'a field required for sensitive data is empty' end as reason
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
