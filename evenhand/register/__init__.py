"""Facts with evidence: who uses what, on what authority, as claims that can be checked, searched, compared and handed on."""
