"""`python -m evenhand.cli`."""

from . import main

main()
