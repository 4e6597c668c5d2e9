"""The template of the page; its style is that of the report."""
