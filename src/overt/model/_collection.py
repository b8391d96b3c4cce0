"""Under which powers data is collected, and how a person is told of it."""

from __future__ import annotations

from overt.model import _declare as column
from overt.model._table import Table


class AuthorityTable(Table):
    """A written authority for covert collection, or the power, order or consent that stands in its place."""

    authority_id = column.key("The number of the authority.")
    kind = column.code(
        "What it is: an authority under the Act of 2000, a warrant under the Act of 2016 (`ipa`), or what stands in "
        "its place; `device_agreement` is the agreement to extract data from a device (PCSCA 2022 s.37).",
        "directed_surveillance chis juvenile_chis undercover ipa statutory_power court_order consent device_agreement",
    )
    renews = column.reference("The authority that this one renews.", refers_to="authority")
    granted_on = column.date("The day it was granted.")
    granted_by_rank = column.code(
        "The rank of the person who granted it.",
        "constable sergeant inspector superintendent commander assistant_chief_constable assistant_commissioner "
        "chief_constable",
    )
    urgent = column.boolean("Whether it was granted orally under the urgent procedure.")
    expires_on = column.date("The last day it is in force.")
    cancelled_on = column.date("The day it was cancelled.")
    provision = column.phrase("The provision of law that it was granted under.")
    scope = column.pseudonyms("The pseudonyms of the people it covers, separated by spaces.")
    long_term = column.boolean("Whether it lets an undercover officer work for more than twelve months.")
    commissioner_told_on = column.date("The day the oversight body was told of the grant of an undercover authority.")
    approved_on = column.date("The day the oversight body approved it, where the law asks for that before the grant.")
    risk_assessed_on = column.date("The day the risks to a juvenile source were assessed.")
    age_at_grant = column.integer("The age of a juvenile source in whole years on the day of the grant.")
    against_parent = column.boolean("Whether a juvenile source is to inform on a parent or whoever cares for them.")
    notice_on = column.date("The day the written notice of what a device agreement allows was given.")
    confirmed_on = column.date("The day a device agreement was confirmed in writing.")
    agreed_by = column.code(
        "Who agreed to the extraction: the device's user as an adult, a child alone, or another person for a child "
        "or for an adult who cannot.",
        "user child other_person",
    )


AUTHORITY = AuthorityTable()


class AuthorityReviewTable(Table):
    """A review of an authority."""

    authority_id = column.reference("The authority that was reviewed.", refers_to="authority", must_exist=True)
    done_on = column.date("The day of the review.")

    identity = (authority_id, done_on)


AUTHORITY_REVIEW = AuthorityReviewTable()


class PlatformRequestTable(Table):
    """A request to an online platform to remove something."""

    request_id = column.key("The number of the request.")
    platform = column.label("The platform asked.")
    sent_on = column.date("The day it was sent.")
    genre = column.phrase("The genre of what was to be removed.")
    rule_cited = column.phrase("The platform's rule that was cited.")
    legal_basis = column.phrase("The legal basis that was cited.")
    outcome = column.code("What the platform did.", "removed restricted refused pending")
    user_told_on = column.date("The day the user was told that police had asked.")
    appealed_on = column.date("The day the user appealed.")


PLATFORM_REQUEST = PlatformRequestTable()
