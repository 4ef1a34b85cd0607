"""What each table must hold, how it is checked, and the engine that scans rows into counts.

The lowest room: it imports nothing of ours, and every other room speaks in its tables.
"""
