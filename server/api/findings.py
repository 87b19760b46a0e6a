"""What looks wrong in a scene's labels."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from server.findings import FoundInScene
from server.schemas.findings import Finding, FindingRule, Findings
from server.services import ServicesDep

router = APIRouter(tags=["findings"])


@router.get("/scenes/{scene_id}/findings")
def read_findings(
    scene_id: str,
    services: ServicesDep,
    wait_s: Annotated[float, Query(ge=0, le=10)] = 0.5,
    points: bool = True,
) -> Findings:
    """What the checks find in the labels as they are now.

    The answer waits up to `wait_s` for all of it; else its `state` is `computing`, and it holds what is known by then:
    the findings of an earlier revision, or those of the rules that need no clouds. Without `points` the rules that look
    into the clouds are left out, which is a matter of milliseconds.
    """
    return _view(services.findings.get(scene_id, wait_s, with_points=points))


def _view(found: FoundInScene) -> Findings:
    from quality import all_checks

    return Findings(
        revision=found.revision,
        state=found.state,
        findings=[
            Finding(
                rule=finding.rule,
                severity=finding.severity,
                sentence=finding.sentence,
                frame_index=finding.frame_index,
                track_id=finding.label_ids[0] if finding.label_ids else None,
                label_ids=list(finding.label_ids),
                value=finding.value,
                details=dict(finding.details),
            )
            for finding in found.findings
        ],
        rules=[
            FindingRule(
                rule=check.rule,
                title=check.title,
                description=check.description,
                severity=check.severity,
                needs_points=check.needs_points,
            )
            for check in all_checks()
        ],
    )
