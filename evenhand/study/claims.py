"""Published statements beside what the study computes: side by side, never as a verdict on different data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report.contents import ClaimChecked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..tables.findings import Finding
    from .declaration import Claim, OwnParts


def check_claims(claims: Sequence[Claim], findings: Sequence[Finding]) -> tuple[ClaimChecked, ...]:
    """Each claim with the finding of the same measure and group, if there is one, and what its own parts say of it, where they are given."""
    return tuple(ClaimChecked(claim.statement, claim.by, claim.printed, claim.unit, _nearest(claim, findings), _says(claim)) for claim in claims)


def verdict_on(own: OwnParts) -> str:
    """Whether a published figure follows from its own parts, in a sentence or two.

    Raises:
        BadSetting, BadValue: it cannot be checked as declared.
    """
    from ..audit.published import Statement, check

    checked = check(Statement("", own.kind, tuple(own.parts), own.printed, own.words))
    return f"By its own parts ({', '.join(own.parts)}): {checked.verdict}. {checked.says}"


def _says(claim: Claim) -> str:
    return claim.says if claim.own_parts is None else f"{claim.says.rstrip()} {verdict_on(claim.own_parts)}"


def _nearest(claim: Claim, findings: Sequence[Finding]) -> Finding | None:
    if claim.measure is None:
        return None
    alike = (finding for finding in findings if finding.measure == claim.measure)
    place = getattr(claim, "place", None)  # only studies that ask of several places have one
    where = getattr(claim, "where", {})  # only studies that ask of several lists have them
    alike = (finding for finding in alike if all(finding.settings.get(name) == value for name, value in where.items()))
    return next((finding for finding in alike if claim.group in (None, finding.group) and place in (None, finding.place)), None)
