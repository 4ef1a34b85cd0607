"""Facts with evidence: who uses what, on what authority, as claims that can be checked. Nothing stands here yet."""
