"""The report: executed notebooks and a front page, one self-contained HTML site in `reports/<study>/`."""

from coverage.report.site import ReportResult, write_report

__all__ = ["ReportResult", "write_report"]
