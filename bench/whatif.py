"""What-ifs: from moving a slider to the table and the picture, on the sample client."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bench.measure import python
from bench.report import Row

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 300  # ms
REDRAWS = """
import json, time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from referral_playbook.facts.engagement import open_engagement
from referral_playbook.show import whatif
from referral_playbook.show.figures import bars, gate, quantile_dotplot
from referral_playbook.show.whatif import drawing, what_if
from referral_playbook.steps import (
    break_even, goal_setting, offer_what_if, offers, programme_costs, programme_plan, programme_what_if, value_exchange)
whatif.live = lambda: True

def milliseconds(moves, figure):
    box = what_if(moves.answer, sliders=moves.sliders, draw=drawing(figure, moves.drawn))
    took = []
    for slider, (low, high, *_) in zip(box.children, moves.sliders.values()):
        for end in (low, high):
            began = time.process_time()
            slider.value = end
            took.append(1000 * (time.process_time() - began))
    return median(took)

with TemporaryDirectory() as folder:
    client = open_engagement(Path({client!r}), Path(folder, "results"))
    offer = offers.chosen(client)
    exchange = offer_what_if.moves(referral_inputs.inputs(client), offer)
    ahead = goal_setting.outlook(client, goal_setting.baseline(client), certain_uplift(1.5))
    plan = goal_setting.plan(client, ahead, goal_setting.qualified_share(client))
    goals = exchange._replace(answer=plan.moved, drawn=plan.drawn, sliders=plan.sliders())
    known = break_even.economics_of(client) | programme_costs.costs(client)
    futures = programme_what_if.moves(programme_plan.programme(client, known=known, offer=break_even.offer_of(client)))
    print(json.dumps({{"value_exchange": milliseconds(exchange, gate), "goal_setting": milliseconds(goals, bars),
                       "break_even": milliseconds(futures, quantile_dotplot)}}))
"""


def rows() -> list[Row]:
    """Median CPU time of a redraw, one thread: what a reader waits on an idle machine."""
    command = python(REDRAWS.format(client=str(ROOT / "data" / "brightdesk")))
    took = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return [
        Row(f"Slider to table and picture, {step}", f"{ms:.0f} CPU ms", f"under {LIMIT} ms", ms < LIMIT)
        for step, ms in took.items()
    ]
