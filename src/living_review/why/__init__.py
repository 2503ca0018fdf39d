"""What a result is computed from, what of that changed, and why a run computed what it did."""
