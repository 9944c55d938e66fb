"""Speed and memory as ratios: `make bench` writes bench/results.md."""
