"""What every page uses: the request and its session, permissions, errors, security, layout, formats."""
