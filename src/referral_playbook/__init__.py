"""A referral-marketing playbook that computes: exports in, a decision with honest ranges out."""
