"""One file per question put to a system. An audit does not know which system it audits."""
