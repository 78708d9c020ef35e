"""What programme teams and communities read: releases, and nothing else."""

from survey.reports.views import blueprint

__all__ = ["blueprint"]
