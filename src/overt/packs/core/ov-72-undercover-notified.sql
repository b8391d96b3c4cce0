-- id: OV-72
-- title: The oversight body must be notified of each undercover authorisation, or approve it first
-- asks: Was the oversight body notified of each undercover authorisation within seven days, and did it approve a long-term one before the grant?
-- kind: statute
-- basis: Regulation of Investigatory Powers (Covert Human Intelligence Sources: Relevant Sources) Order 2013, SI 2013/2788 art 4(2)(b): notice (2014-01-01 ..)
-- basis: Regulation of Investigatory Powers (Covert Human Intelligence Sources: Relevant Sources) Order 2013, SI 2013/2788 art 5: approval (2014-01-01 ..)
-- in force: 2014-01-01 ..
-- dated: granted_on
-- found in: Investigatory Powers Commissioner's Office, Annual Report 2017, para 3.50: forces failed "on an excessively frequent basis" to notify in time, or at all
-- severity: high
-- gate: none
-- limits: An undercover source is long-term if it lasts more than twelve months in total; this is taken as recorded. Notice may be given up to the seventh day after the grant, and is not treated as missed before then. Since 2017 or 2018 a Judicial Commissioner gives the approval; this was not confirmed. Authorisations granted before 1 January 2014 are out of scope. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Notify the oversight body now and report the error. Where approval was needed, stop relying on the authorisation until it is given.
select authority.authority_id, authority.granted_on, authority.commissioner_told_on, authority.approved_on,
       (case when authority.kind = 'undercover' then true end)
       and case when authority.long_term
                    then case when authority.approved_on is null then true else authority.approved_on > authority.granted_on end
                when not authority.long_term
                    then coalesce(authority.commissioner_told_on, :as_of) > add_days(authority.granted_on, 7) end as breach,
       case when authority.long_term then 'it was not approved before the grant'
            when authority.commissioner_told_on is null then 'the oversight body was not notified'
            else 'the oversight body was notified late' end as reason
from authority
where authority.kind = 'undercover' or authority.kind is null
