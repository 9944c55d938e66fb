"""Outside figures with denominator, source, firmness and counter-evidence."""

from referral_playbook.benchmarks.registry import (
    Benchmark,
    BlockedBenchmark,
    DenominatorMismatch,
    WeakBenchmark,
    benchmark,
    compare,
    family,
    registry,
)
from referral_playbook.benchmarks.uplift import pooled_uplift, update_with_own, uplift_evidence

__all__ = [
    "Benchmark",
    "BlockedBenchmark",
    "DenominatorMismatch",
    "WeakBenchmark",
    "benchmark",
    "compare",
    "family",
    "pooled_uplift",
    "registry",
    "update_with_own",
    "uplift_evidence",
]
