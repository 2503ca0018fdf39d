"""The page: what a review has to say, as data, as Markdown parts, as one HTML file."""
