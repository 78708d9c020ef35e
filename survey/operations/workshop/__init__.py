"""The questionnaire workshop: how a questionnaire is adapted, translated, checked and published."""
