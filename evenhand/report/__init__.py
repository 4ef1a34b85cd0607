"""Findings as pages, charts, maps and terminal tables; every picture with its table."""
