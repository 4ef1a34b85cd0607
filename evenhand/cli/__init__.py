"""The command line: nouns are rooms, verbs are functions. Each command parses, calls one function, prints.

Exit codes: 0 done; 1 a fault of ours; 2 something the user can mend; 130 stopped by Ctrl-C.
Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import sys

import click

from .. import __version__
from ..running import Stop, fault, leave, stopped
from .audit import audit
from .pack import pack
from .people import people
from .publish import publish
from .redress import redress
from .register import register
from .sources import sources
from .study import study
from .systems import systems


@click.group(name="evenhand", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="evenhand")
def evenhand() -> None:
    """Put predictive policing to the test, from public data.

    Start with:  evenhand study run southend-harm-spots
    """


for command in (study, audit, pack, register, redress, publish, systems, people, sources):
    evenhand.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; what the user can mend is said without a traceback."""
    import signal
    import threading

    Stop.asked = False
    if arguments is None and threading.current_thread() is threading.main_thread():
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, Stop.ask)
    try:
        evenhand.main(args=arguments, standalone_mode=False)
    except (KeyboardInterrupt, click.exceptions.Abort):
        stopped(arguments)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as wrong:
        if Stop.asked:
            stopped(arguments)
        from ..tables.errors import EvenhandError

        if isinstance(wrong, EvenhandError):
            leave(f"{type(wrong).__name__}: {wrong}", 2)
        fault()

