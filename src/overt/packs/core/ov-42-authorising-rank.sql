-- id: OV-42
-- title: Every authorisation must be granted by an officer of sufficient rank
-- asks: Did the officer who granted each authorisation hold at least the rank required for its type?
-- kind: statute
-- basis: Regulation of Investigatory Powers (Directed Surveillance and Covert Human Intelligence Sources) Order 2010, SI 2010/521 (2010-04-06 ..)
-- basis: Regulation of Investigatory Powers (Covert Human Intelligence Sources: Relevant Sources) Order 2013, SI 2013/2788 (2014-01-01 ..)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, 2018, Annex A (2018-09-01 .. 2022-12-12)
-- basis: Home Office, Covert Human Intelligence Sources: Revised Code of Practice, December 2022, Annex A (2022-12-13 ..)
-- dated: granted_on
-- severity: high
-- gate: refuse
-- limits: The ranks are those of the Orders: a superintendent for directed surveillance and a covert source, an inspector in urgent cases; for an undercover source from 2014 an assistant chief constable, in London a commander, and a superintendent in urgent cases. For a juvenile source the assistant chief constable is in the Code of Practice (Annex A, not confirmed) and in no Order, and the reason shown on such a row says so. The higher approval that an undercover source needs beyond twelve months is not examined. Warrants, statutory powers, court orders and consent are not judged. A rank outside the model's list, and a grant before 6 April 2010 or without a date, cannot be judged. The Act of 2000 does not cover conduct that is likely to take place in Scotland, which has its own Act.
-- remedy: Have an officer of the right rank review the authorisation now, stop relying on it in the meantime, and report the error.
select ranked.authority_id, ranked.granted_on,
       case when ranked.granted_on >= '2010-04-06'
            then ranked.held_rank < ranked.needed_rank
                 and not (ranked.urgent and ranked.held_rank >= ranked.urgent_rank) end as breach,
       case when ranked.kind = 'juvenile_chis' and ranked.held_rank >= case when ranked.urgent then 3 else 4 end
                then 'granted below the rank that the Code of Practice requires for a juvenile source'
            else 'granted below the rank required for its type' end as reason
from (
    select authority.authority_id, authority.kind, authority.granted_on,
           case when has(authority.urgent) then authority.urgent end as urgent,
           case authority.granted_by_rank
               when 'constable' then 1
               when 'sergeant' then 2
               when 'inspector' then 3
               when 'superintendent' then 4
               when 'commander' then 5
               when 'assistant_chief_constable' then 5
               when 'assistant_commissioner' then 6
               when 'chief_constable' then 6 end as held_rank,
           case authority.kind
               when 'directed_surveillance' then 4
               when 'chis' then 4
               when 'juvenile_chis' then 5
               when 'undercover' then case when authority.granted_on < '2014-01-01' then 4 else 5 end end as needed_rank,
           case authority.kind
               when 'directed_surveillance' then 3
               when 'chis' then 3
               when 'juvenile_chis' then 5
               when 'undercover' then case when authority.granted_on < '2014-01-01' then 3 else 4 end end as urgent_rank
    from authority
    where coalesce(authority.kind, '') not in ('ipa', 'statutory_power', 'court_order', 'consent', 'device_agreement')
) as ranked
