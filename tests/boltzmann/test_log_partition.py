"""What is known of ln Z, and when not to trust it."""

from __future__ import annotations

from dendrax.boltzmann.log_partition import LogPartition, exactly


def test_doubts_are_told():
    assert LogPartition(0.0, 1.0, -2.0, 2.0, (50.0, 50.0), 100).doubt == "the two ways are 4.0 nats apart"
    assert LogPartition(0.0, 0.1, -0.1, 0.1, (3.0, 50.0), 100).doubt == "only 3.0 of 100 chains carry the estimate"
    assert LogPartition(0.0, 0.1, -0.1, 0.1, (20.0, 50.0), 100).doubt is None
    assert exactly(1.0).doubt is None
