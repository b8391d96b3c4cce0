"""What the pages and tables of every result are made with: the style, plots, words and safe CSV."""

from overt.pages._csv import cell, csv_bytes, neutral, neutral_text, starts_a_formula
from overt.pages._page import STYLE, as_bytes, page_environment
from overt.pages._paper import Block, FactList, Grid, Paper, Paragraph, Part, Points, paper_page, paper_text
from overt.pages._pdf import paper_pdf
from overt.pages._plots import Bar, bars, data_address, number, picture, svg
from overt.pages._regulator import COMPLAINT_FROM, REGULATOR_PAGE, complains_to_controller, regulator
from overt.pages._words import IDENTITY_CODES, clip, listed, opening, p_value, p_words, percent, some, verdict_words
from overt.periods import day_words as day

__all__ = [
    "COMPLAINT_FROM",
    "IDENTITY_CODES",
    "REGULATOR_PAGE",
    "STYLE",
    "Bar",
    "Block",
    "FactList",
    "Grid",
    "Paper",
    "Paragraph",
    "Part",
    "Points",
    "as_bytes",
    "bars",
    "cell",
    "clip",
    "complains_to_controller",
    "csv_bytes",
    "data_address",
    "day",
    "listed",
    "neutral",
    "neutral_text",
    "number",
    "opening",
    "p_value",
    "p_words",
    "page_environment",
    "paper_page",
    "paper_pdf",
    "paper_text",
    "percent",
    "picture",
    "regulator",
    "some",
    "starts_a_formula",
    "svg",
    "verdict_words",
]
