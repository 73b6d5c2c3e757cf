"""Bytes → an article: encoding, extraction, dates, addresses, language, normalisation."""

from coverage.text.article import Article, NotAnArticle, article_from_row, extract_article, read_article
from coverage.text.dates import DateCandidate
from coverage.text.language import detect_language, headline_language
from coverage.text.lines import extract_lines
from coverage.text.urls import canonical_url

__all__ = [
    "Article",
    "DateCandidate",
    "NotAnArticle",
    "article_from_row",
    "canonical_url",
    "detect_language",
    "extract_article",
    "extract_lines",
    "headline_language",
    "read_article",
]
