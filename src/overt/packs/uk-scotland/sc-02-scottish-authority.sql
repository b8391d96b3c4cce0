-- id: SC-02
-- title: Covert collection rests on the Scottish Act
-- asks: Does each authority for surveillance or a covert source name the Regulation of Investigatory Powers (Scotland) Act 2000?
-- kind: benchmark
-- basis: Regulation of Investigatory Powers (Scotland) Act 2000 ss.6-7, as the reason, not as the rule
-- dated: granted_on
-- severity: high
-- gate: hold
-- limits: the text of the Act was not seen, so that this is a benchmark; an authority of a body of the whole United Kingdom, or for conduct that is likely to take place elsewhere, may rightly rest on the Act of the United Kingdom Parliament: accept it by name with the reasons; reads the name of the Act, not whether the section fits; warrants under the Investigatory Powers Act 2016 are not asked about
-- remedy: Record the provision that the authority was granted under; where it was the wrong Act, stop relying on it and report the error.
select authority.authority_id, authority.granted_on,
       case when lower(authority.provision) like '%(scotland)%' or lower(authority.provision) like '%rip(s)a%' then false
            when authority.kind is null or coalesce(trim(authority.provision), '') = '' then null
            else true end as breach,
       'the authority names no provision of the Scottish Act' as reason
from authority
where authority.kind is distinct from 'ipa'
