"""One file per published data set: fetch it, check it, tidy it into a declared table, say what is odd about it."""
