"""The published methods: what earns points, who is assessed, who ranks before whom."""
