"""Made-up people: a population, what its members do, what of it is recorded, and what a survey would find. Nobody here exists."""
