"""A section is made of the blocks that there are."""

from __future__ import annotations

from referral_playbook.run.report.memo.blocks import Bullets, Text, section


def test_blocks_that_are_absent_are_left_out_and_their_order_stays():
    first, second = Text("a"), Bullets("b", ("c",))
    made = section("id", "Title", [None, first, None, second], "step")
    assert made is not None
    assert (made.id, made.title, made.blocks, made.evidence) == ("id", "Title", (first, second), ("step",))
    assert [block.kind for block in made.blocks] == ["text", "bullets"]


def test_without_any_block_there_is_no_section():
    assert section("id", "Title", [None, None], "step") is None
