"""Evenhand beside its peers: the same work, in the same run, on made-up data anyone can make again.

    python -m benchmarks.density [--quick | --full]      surfaces
    python -m benchmarks.apportion [--quick | --full]    people from areas to cells
    python -m benchmarks.disparity [--quick | --full]    stops to ratios with intervals
    python -m benchmarks.run_all [--quick | --full]      all three, into docs/benchmarks.md

Needs what constraints-bench.txt pins beside the other two files; a peer that is not installed is
left out and said so. One file each: the three benchmarks, their made-up data, and how a case is run
(`one_case`), repeated (`harness`) and printed (`tables`).
"""
