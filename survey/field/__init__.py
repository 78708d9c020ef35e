"""The questionnaire on a phone without a network: a page that keeps working once it was visited."""

from survey.field.views import blueprint

__all__ = ["blueprint"]
