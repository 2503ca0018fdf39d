"""A living systematic review: one module or sub-package a stage, pure functions on tables."""
