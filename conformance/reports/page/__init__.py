"""What is on the page of a report, as plain data for its templates. The templates are beside it."""
