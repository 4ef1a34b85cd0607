"""One file per reconstructed police system, with its card. A system is handed tables; it never fetches."""
