"""The reports on an assessed framework, as a page of the site."""

from __future__ import annotations

from gcm_ld.dataset import Dataset

__all__ = ["report_files"]


def report_files(framework: str, dataset: Dataset, *, site_title: str) -> dict[str, bytes]:
    """Return the page of all reports on a framework, with their charts.

    :param framework: the framework's code.
    :param dataset: the data.
    :param site_title: what the site is called.
    :raises MissingExtraError: if matplotlib is not installed.
    """
    from gcm_ld.report import REPORTS, build_report
    from gcm_ld.report.html import render_page

    reports = [build_report(name, dataset, framework=framework) for name in REPORTS]
    name = f"report/{framework}.html"
    text = render_page(dataset, reports, framework=framework, home=("../index.html", site_title))
    return {name: text.encode()}
