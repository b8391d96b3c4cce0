-- id: CG-17
-- title: The agency must attest and report its figures on time each year
-- asks: Was each yearly attestation given before 1 January and each year's figures before 15 October, and was each followed by the next year's?
-- kind: regulation
-- basis: California Code of Regulations, title 11, section 756.1(b): attestation before 1 January (2022-08-18 ..)
-- basis: California Code of Regulations, title 11, section 756.6: figures before 15 October (2022-08-18 ..)
-- severity: medium
-- gate: none
-- limits: The attestation for a year is taken to be due by its last day, and its figures before 15 October of that year. An agency that has never attested has no row and is not examined. Years before 2022 are not examined, because the text is of 18 August 2022. A year after 2200 is not treated as a year. The attestation is not read.
-- remedy: Attest or report what is missing, and explain why it was late.
select given.attestation_id, given.done_on,
       case when given.done_on >= given.due_on then true
            when given.later_count > 0 and given.done_on < given.due_on then false
            when :as_of < add_years(given.due_on, 1) and given.done_on < given.due_on then false
            when given.later_count = 0 and :as_of >= add_years(given.due_on, 1) then true end as breach,
       case when given.done_on >= given.due_on then 'it was late'
            else 'there is none for the next year' end as reason
from (
    select dated.attestation_id, dated.done_on, dated.due_on, count(later.attestation_id) as later_count
    from (
        select attestation.attestation_id, attestation.kind, attestation.year, attestation.done_on,
               case when attestation.year > 2200 then null
                    when attestation.kind = 'attestation' then add_years(:attestation_due, attestation.year - 2022)
                    when attestation.kind = 'figures' then add_years(:figures_due, attestation.year - 2022) end as due_on
        from attestation
    ) as dated
    left join attestation as later on later.kind = dated.kind and later.year = dated.year + 1
    where dated.year >= 2022 or dated.year is null
    group by dated.attestation_id, dated.done_on, dated.due_on
) as given
