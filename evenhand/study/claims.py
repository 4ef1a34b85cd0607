"""Published statements beside what the study computes: side by side, never as a verdict on different data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report.contents import ClaimChecked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tables.findings import Finding
    from .declaration import Claim


def check_claims(claims: Sequence[Claim], findings: Sequence[Finding]) -> tuple[ClaimChecked, ...]:
    """Each claim with the finding of the same measure and group, if there is one."""
    return tuple(ClaimChecked(claim.statement, claim.by, claim.printed, claim.unit, _nearest(claim, findings), claim.says) for claim in claims)


def _nearest(claim: Claim, findings: Sequence[Finding]) -> Finding | None:
    if claim.measure is None:
        return None
    alike = (finding for finding in findings if finding.measure == claim.measure)
    return next((finding for finding in alike if claim.group is None or finding.group == claim.group), None)
