"""Figures of a review: drawn from numbers alone, the same bytes for the same numbers."""
