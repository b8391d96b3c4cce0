-- id: SC-02
-- title: Covert collection should rest on the Scottish Act
-- asks: Does each authorisation for surveillance or a covert source name the Regulation of Investigatory Powers (Scotland) Act 2000?
-- kind: benchmark
-- basis: Regulation of Investigatory Powers (Scotland) Act 2000 ss.6-7, as the reason, not as the rule
-- dated: granted_on
-- severity: high
-- gate: hold
-- limits: The text of the Act was not seen, so this control is a benchmark. An authorisation given by a body that acts in the whole United Kingdom, or for conduct that is likely to take place elsewhere, may properly rest on the Act of the United Kingdom Parliament: accept it individually, with the reasons. Reads the name of the Act, not whether the section fits. Warrants under the Investigatory Powers Act 2016 are not examined.
-- remedy: Record the provision that the authorisation was granted under. If it was the wrong Act, stop relying on it and report the error.
select authority.authority_id, authority.granted_on,
       case when lower(authority.provision) like '%(scotland)%' or lower(authority.provision) like '%rip(s)a%' then false
            when authority.kind is null or coalesce(trim(authority.provision), '') = '' then null
            else true end as breach,
       'the authorisation names no provision of the Scottish Act' as reason
from authority
where authority.kind is distinct from 'ipa'
