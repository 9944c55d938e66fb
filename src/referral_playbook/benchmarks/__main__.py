"""Print the benchmarks page: ``python -m referral_playbook.benchmarks > playbook/benchmarks.md``."""

from referral_playbook.benchmarks.page import page

if __name__ == "__main__":
    print(page(), end="")
