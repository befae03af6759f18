"""What every page stands in: the request and its session, permissions, errors, security, layout, formats."""
