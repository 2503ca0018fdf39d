"""Reporting checklists: what they ask for, and what a person said where no table can answer."""
