"""Outside figures with denominator, source, firmness and counter-evidence."""

from referral_playbook.benchmarks.page import page
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

__all__ = [
    "Benchmark",
    "BlockedBenchmark",
    "DenominatorMismatch",
    "WeakBenchmark",
    "benchmark",
    "compare",
    "family",
    "page",
    "registry",
]
