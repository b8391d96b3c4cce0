-- id: OV-60c
-- title: No published figure about people should be small enough to identify them
-- asks: Is each published cell either suppressed or at least the safe threshold, and could no single suppressed cell be found by subtraction?
-- kind: benchmark
-- basis: NHS Digital, disclosure control for hospital statistics: none are calculated for 1 to 7 people
-- basis: Data Protection Act 2018 s.37, as the reason, not as the rule (2018-05-25 ..)
-- severity: high
-- gate: refuse
-- limits: No rule of the Home Office or the Ministry of Justice could be confirmed, so a health benchmark is used. Examines each table separately; what two tables show together is checked at publication. A table with one suppressed cell is unknown unless its figures are rounded, because an exact total beside it reveals the cell. If the source does not say whether a cell counts people or something else, such as categories or pounds, the result is unknown. Zeros are allowed, although a zero in a sensitive column can itself reveal something.
-- remedy: Withdraw the table and publish it again with the cell and a second one suppressed, or with wider bands.
select release_cell.release_id || ' / ' || release_cell.table_name || ' / ' || release_cell.cell as cell_key,
       release_cell.release_id,
       case when release_cell.value between 1 and :safe_threshold - 1
                then case when has(release_cell.counts) then case when release_cell.counts = 'people' then true end end
            when release_cell.value is null and coalesce(suppressed.people_count, 0) < 2
                 and not coalesce(case when has(release_cell.rounded_to) then release_cell.rounded_to > 1 end, false)
                then null
            else false end as breach,
       'the figure is below the safe threshold' as reason
from release_cell
left join (
    select release_cell.release_id, release_cell.table_name, count(*) as people_count
    from release_cell
    where release_cell.value is null and release_cell.counts = 'people'
    group by release_cell.release_id, release_cell.table_name
) as suppressed
    on suppressed.release_id = release_cell.release_id and suppressed.table_name = release_cell.table_name
where release_cell.counts is distinct from 'office'
