"""The questionnaire workshop: pages on which a questionnaire is adapted, translated, published."""
