"""`python -m referral_playbook.cli`, the same as `playbook`."""

from referral_playbook.cli import main

if __name__ == "__main__":
    main()
