-- id: FT-06
-- title: An outcome in favour of the person should reach the file in time
-- asks: Within the controller's time limit after each acquittal or dismissal, was every entry about the person closed, marked, or ordered to be kept?
-- kind: benchmark
-- basis: CNIL, deliberation SAN-2024-017, 17 October 2024, as the reason, not as the rule
-- basis: Loi no 78-17 of 6 January 1978 art 97, as the reason, not as the rule
-- dated: on_date
-- found in: CNIL, deliberation SAN-2024-017, 17 October 2024: it was found that many prosecutors' offices did not pass acquittals, dismissals and decisions of no further action on as a matter of course, so that entries were neither erased nor marked
-- severity: high
-- gate: none
-- limits: The number of days is our own; no time limit was seen in the law. The wording of article 97 was not seen. Checks that action was taken on the entry after the outcome, not that it was the right action (FT-01 to FT-03 examine that).
-- remedy: Have outcomes sent to the file as they are given, and bring the entry up to date.
select entry.entry_id, outcome.on_date, entry.opened_on, entry.unit,
       case when add_days(outcome.on_date, :passed_on_days) >= :as_of then false
            when entry.closed_on <= add_days(outcome.on_date, :passed_on_days) then false
            when entry.mention_on >= outcome.on_date
                 and entry.mention_on <= add_days(outcome.on_date, :passed_on_days) then false
            when outcome.kept_by_order_on <= add_days(outcome.on_date, :passed_on_days) then false
            when entry.status = 'active' or entry.closed_on is not null
                then outcome.on_date >= entry.opened_on end as breach,
       'no action was taken on the entry within the time limit after the outcome' as reason
from outcome
join entry on entry.subject_id = outcome.subject_id
where outcome.kind in ('acquittal', 'dismissal', 'no_further_action')
      and coalesce(outcome.on_date >= entry.opened_on, true)
      and coalesce(entry.closed_on >= outcome.on_date, true)
