"""Invented names of people, made of common British forenames and surnames; nobody in particular is meant."""

from __future__ import annotations

import random

_FORENAMES = """
Adam Aisha Alan Alice Amelia Amy Andrew Anna Anthony Arthur Barbara Ben Bethany Brian Callum Carol Catherine
Charlotte Chloe Chris Claire Colin Connor Craig Daniel David Dean Deborah Dennis Diane Donna Dorothy Dylan Edward
Eleanor Elizabeth Emily Emma Ethan Fatima Fiona Frank Freya Gareth Gary George Georgia Gillian Grace Graham Hannah
Harry Hassan Heather Helen Henry Holly Ian Imran Isabella Jack Jacqueline Jade James Jamie Janet Jason Jean Jennifer
Jessica Joan Joe John Jordan Joseph Joshua Joyce Julie Karen Kate Keith Kelly Kenneth Kevin Kieran Laura Lauren Lee
Leon Liam Linda Lisa Louise Lucy Luke Malcolm Margaret Mark Martin Mary Matthew Megan Michael Michelle Mohammed
Molly Nathan Neil Nicola Nigel Olivia Owen Pamela Patricia Paul Peter Philip Rachel Rebecca Reece Rhys Richard
Robert Roger Ruth Ryan Sally Samantha Samuel Sarah Scott Sean Sharon Shaun Simon Sophie Stephen Steven Stuart Susan
Tara Tariq Thomas Toby Tracey Trevor Victoria Wayne Wendy William Yasmin Zara Zoe
"""
FORENAMES = _FORENAMES.split()
_SURNAMES = """
Adams Ahmed Ali Allen Anderson Andrews Armstrong Atkinson Bailey Baker Ball Barker Barnes Begum Bell Bennett Black
Booth Bradley Brooks Brown Burton Butler Campbell Carr Carter Chapman Clark Clarke Cole Collins Cook Cooper Cox
Davies Davis Dawson Day Dean Dixon Edwards Ellis England Evans Fisher Fletcher Foster Fox French Gibson Gill Graham
Grant Gray Green Griffiths Hall Hamilton Harris Harrison Hart Harvey Hill Holmes Hopkins Howard Hudson Hughes Hunt
Hunter Hussain Irish Jackson James Jenkins Johnson Jones Kaur Kelly Kennedy Khan King Knight Lane Lawrence Lawson
Lee Lewis Lloyd Low Marsh Marshall Martin Mason Matthews May Mills Mitchell Moore Morgan Morris Murphy Murray Newman
Noble North Null Owen Palmer Parker Patel Payne Pearson Perry Phillips Poole Porter Powell Price Quinn Reynolds
Richards Richardson Roberts Robinson Rogers Rose Russell Ryan Saunders Scott Shah Sharp Shaw Simpson Singh Smith
South Spencer Stevens Stewart Stone Taylor Thomas Thompson Turner Walker Walsh Ward Watson Watts Webb Wells West
White Wilkinson Williams Williamson Wilson Wood Wright Young
"""
SURNAMES = _SURNAMES.split()


def full_names(count: int) -> list[str]:
    """Forename and surname, the same for the same count."""
    choice = random.Random(18)
    return [f"{choice.choice(FORENAMES)} {choice.choice(SURNAMES)}" for _ in range(count)]


def surnames(count: int) -> list[str]:
    """Surnames, the same for the same count."""
    choice = random.Random(81)
    return [choice.choice(SURNAMES) for _ in range(count)]
