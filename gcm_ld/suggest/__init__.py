"""Suggestions of actions and SDG targets for the measures of a strategy, for a person to judge."""
