-- id: OV-72
-- title: The oversight body was told of each undercover authority, or approved it first
-- asks: Was the oversight body told of each undercover authority within seven days, and did it approve a long-term one before the grant?
-- kind: statute
-- basis: Regulation of Investigatory Powers (Covert Human Intelligence Sources: Relevant Sources) Order 2013, SI 2013/2788 art 4(2)(b): notice (2014-01-01 ..)
-- basis: Regulation of Investigatory Powers (Covert Human Intelligence Sources: Relevant Sources) Order 2013, SI 2013/2788 art 5: approval (2014-01-01 ..)
-- in force: 2014-01-01 ..
-- dated: granted_on
-- found in: Investigatory Powers Commissioner's Office, Annual Report 2017, para 3.50: forces failed "on an excessively frequent basis" to notify in time, or at all
-- severity: high
-- gate: none
-- limits: an undercover source is long-term where it lasts more than twelve months in all, which is taken as it was recorded; the notice may come on the seventh day after the grant, and before then it is not missed; who approves has been a Judicial Commissioner since 2017 or 2018, which was not confirmed; authorities granted before 1 January 2014 are not in scope; the Act of 2000 does not reach conduct that is likely to take place in Scotland, which has an Act of its own
-- remedy: Notify the oversight body now and report the error; where approval was needed, stop relying on the authority until it is given.
select authority.authority_id, authority.granted_on, authority.commissioner_told_on, authority.approved_on,
       (case when authority.kind = 'undercover' then true end)
       and case when authority.long_term
                    then case when authority.approved_on is null then true else authority.approved_on > authority.granted_on end
                when not authority.long_term
                    then coalesce(authority.commissioner_told_on, :as_of) > add_days(authority.granted_on, 7) end as breach,
       case when authority.long_term then 'it was not approved before the grant'
            when authority.commissioner_told_on is null then 'the oversight body was not told'
            else 'the oversight body was told late' end as reason
from authority
where authority.kind = 'undercover' or authority.kind is null
