# All there is to do. Without `just`, run the lines below each name by hand.

# list what there is
default:
    @just --list

# run the first study and write its report
demo:
    script/demo

# run the tests; arguments go to pytest
test *arguments:
    script/test {{arguments}}

# run everything a change must pass
check:
    .ci/run

# check what the documentation says: its links, and that every error, command and term is there
docs:
    script/test --no-browser tests/house --doctest-modules evenhand

# write the pins anew from pyproject.toml; `just pin --upgrade` takes newer versions
pin *arguments:
    script/pin {{arguments}}
