"""Figures by their data: what is drawn where, what the words say, and that nothing overlaps the frame."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.show import figures as draw
from referral_playbook.show.palette import BLUE, VERMILION
from referral_playbook.show.picture import axes, picture
from referral_playbook.show.style import house

LONG = "Enterprise customers in the north & the islands <script> $x_1"


def _estimate(value=0.58, low=0.39, high=0.75, unit="share", per="answer", n=30):
    return Estimate(
        value=value, low=low, high=high, confidence=0.95, n=n, unit=unit, per=per, basis=Basis.MEASURED, source="test"
    )


def _dots(ax):
    """Filled (good) and hollow (late) dots of a quantile dotplot, as offsets."""
    filled, hollow = ax.collections[:2]
    return np.asarray(filled.get_offsets()), np.asarray(hollow.get_offsets())


# --- gate and forest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "better", "says"),
    [
        (0.40, 0.75, "high", "the whole range passes"),
        (0.39, 0.75, "high", "lies across"),
        (0.10, 0.39, "high", "the whole range fails"),
        (0.10, 0.40, "low", "the whole range passes"),
        (0.41, 0.75, "low", "the whole range fails"),
    ],
)
def test_gate_says_where_the_range_lies(low, high, better, says):
    ax = draw.gate(axes(height=1.6), _estimate((low + high) / 2, low, high), 0.40, name="Delight", better=better)
    assert says in ax.alt_text
    assert "against a threshold of 40%" in ax.alt_text
    assert list(ax.lines[0].get_xdata()) == [low, high]
    left, right = ax.get_xlim()
    assert left <= min(low, 0.4)
    assert right >= max(high, 0.4)


def test_gate_of_what_is_not_known_says_why():
    ax = draw.gate(axes(), undefined("no survey", unit="share", per="answer"), 0.4, name="Delight")
    assert ax.alt_text == "Delight is not known: no survey."


def test_gate_refuses_a_side_it_does_not_know():
    with pytest.raises(ValueError, match="'high' or 'low'"):
        draw.gate(axes(), _estimate(), 0.4, better="up")


def test_a_range_that_is_open_above_ends_in_an_arrow():
    endless = replace(_estimate(45, 30, 60, "count", "plan"), high=None, reason="it may never")
    ax = draw.gate(axes(height=1.6), endless, 100, name="Needed", better="low")
    assert [line.get_marker() for line in ax.lines[:3]][-1] == ">"
    assert "45 (30 or more, no upper limit)" in ax.alt_text
    assert "across" in ax.alt_text


def test_forest_draws_each_range_and_keeps_a_row_for_what_is_not_known():
    rows = {"SMB": _estimate(), LONG: _estimate(0.2, 0.1, 0.3), "x": undefined("none", unit="share", per="answer")}
    ax = draw.forest(axes(height=3), rows, threshold=0.4)
    assert [list(line.get_xdata()) for line in ax.lines[:4:2]] == [[0.39, 0.75], [0.1, 0.3]]
    assert len(ax.get_yticks()) == 3
    assert "x not known" in ax.alt_text
    assert f"{LONG} 20% (10% to 30%)" in ax.alt_text


def test_forest_refuses_two_denominators_on_one_axis():
    with pytest.raises(ValueError, match="denominators"):
        draw.forest(axes(), {"a": _estimate(), "b": _estimate(per="customer")})


# --- survival ---------------------------------------------------------------------------------------------------


def _curve(hazard=0.1, n=12):
    t = np.arange(n + 1.0)
    s = np.exp(-hazard * t)
    return {"time": t, "survival": s, "low": s * 0.9, "high": np.minimum(s * 1.1, 1), "at_risk": 100 - 5 * t}


def test_survival_steps_bands_and_numbers_at_risk():
    ax = draw.survival(axes(), {"referred": _curve(0.02), "others": pd.DataFrame(_curve(0.2))})
    np.testing.assert_allclose(ax.lines[1].get_ydata(), np.exp(-0.2 * np.arange(13)))
    texts = [t.get_text() for t in ax.texts]
    assert "100" in texts
    assert "40" in texts  # at risk at month 12
    assert "others: 9.1% (8.2% to 10%) at 12 months, half are left at 4 months" in ax.alt_text
    assert "referred: 79% (71% to 87%) at 12 months, more than half remain throughout" in ax.alt_text


def test_survival_of_nobody_is_said():
    ax = draw.survival(axes(), {"all": {k: [] for k in _curve()}})
    assert "nobody was observed" in ax.alt_text


# --- funnel, waterfall ------------------------------------------------------------------------------------------


def test_funnel_names_the_steepest_drop_and_every_denominator():
    rates = {
        "aware": _estimate(0.45, 0.4, 0.5, per="customer"),
        "qualified": _estimate(0.1, 0.08, 0.12, per="invite"),
        "converted": _estimate(0.2, 0.1, 0.35, per="qualified referral"),
    }
    stages = {"customers": 1000, "aware": 450, "invites": 500, "qualified": 50, "converted": 10}
    ax = draw.funnel(axes(height=3), stages, rates=rates)
    assert [bar.get_width() for bar in ax.patches] == list(stages.values())
    assert [to_hex(bar.get_facecolor()) == VERMILION.lower() for bar in ax.patches] == [
        False,
        False,
        False,
        True,
        False,
    ]
    assert ax.alt_text.endswith("Steepest drop: into qualified.")
    for rate in rates.values():
        assert f"per {rate.per}" in ax.alt_text


def test_funnel_without_rates_names_no_drop():
    rates = {"b": undefined("no customers", unit="share", per="a")}
    assert "Steepest" not in draw.funnel(axes(), {"a": 0, "b": 0}, rates=rates).alt_text


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_waterfall_ends_at_the_sum(amounts):
    ax = draw.waterfall(axes(), {f"s{i}": a for i, a in enumerate(amounts)}, currency="GBP")
    assert ax.patches[-1].get_width() == pytest.approx(sum(amounts), abs=1e-6)
    ends = np.cumsum(amounts)
    for bar, before in zip(ax.patches[1:-1], ends[:-1], strict=True):
        assert bar.get_x() == pytest.approx(before, abs=1e-6)


# --- futures ----------------------------------------------------------------------------------------------------

months = st.lists(st.integers(1, 36) | st.just(math.inf), min_size=1, max_size=50)


@given(months, st.integers(1, 36))
@settings(max_examples=40, deadline=None)
def test_dotplot_has_a_dot_for_each_future_and_counts_those_in_time(futures, deadline):
    ax = draw.quantile_dotplot(axes(), futures, deadline=deadline)
    filled, hollow = _dots(ax)
    in_time = sum(f <= deadline for f in futures)
    assert (len(filled), len(hollow)) == (in_time, len(futures) - in_time)
    assert f"Of {len(futures)} equally likely futures, {in_time} break even by month {deadline}" in ax.alt_text
    assert f"{sum(map(math.isinf, futures))} never" in ax.alt_text
    edge = ax.lines[0].get_xdata()[0]
    assert all(filled[:, 0] < edge)
    assert all(hollow[:, 0] > edge)
    assert len({tuple(np.round(d, 9)) for d in np.vstack([filled, hollow])}) == len(futures)


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=50), st.floats(-1e5, 1e5))
@settings(max_examples=40, deadline=None)
def test_dotplot_of_money_parts_at_the_threshold(futures, threshold):
    ax = draw.quantile_dotplot(axes(), futures, threshold=threshold, unit="GBP", does="make money")
    filled, hollow = _dots(ax)
    assert len(filled) == sum(f >= threshold for f in futures)
    assert f"{len(filled)} make money" in ax.alt_text
    bottom, top = ax.get_ylim()
    assert all(bottom < y < top for y in np.r_[filled[:, 1], hollow[:, 1]])


@pytest.mark.parametrize("how", [{}, {"deadline": 3, "threshold": 2}])
def test_dotplot_needs_one_line(how):
    with pytest.raises(ValueError, match="either a deadline or a threshold"):
        draw.quantile_dotplot(axes(), [1, 2], **how)


ROWS = [
    {"input": "small", "at_low": 90, "at_high": 110, "low": "1", "high": "2"},
    {"input": LONG, "at_low": -400, "at_high": 1200, "low": "5%", "high": "16%"},
    {"input": "falls", "at_low": 300, "at_high": -100},
]


def test_tornado_orders_by_swing_and_says_both_ends():
    ax = draw.tornado(axes(), ROWS, base=100, unit="GBP", threshold=0)
    assert [t.get_text().split("\n")[0] for t in ax.get_yticklabels()] == ["Enterprise customers in", "falls", "small"]
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches[:4]]
    assert ends == [-400, 1200, 300, -100]
    assert ax.alt_text.index("falls") < ax.alt_text.index("small")
    assert "falls low £300, high -£100" in ax.alt_text
    assert "£100 in the median case" in ax.alt_text


def test_tornado_of_nothing_uncertain_says_so():
    assert "none is uncertain" in draw.tornado(axes(), [], base=1, unit="GBP").alt_text


# --- months, tiers ----------------------------------------------------------------------------------------------


def test_band_marks_the_months_below_and_leaves_the_future_empty():
    names = ["2026-07", "2026-08", "2026-09", "2026-10"]
    ax = draw.band(axes(), names, [9, 4, 5, np.nan], [6] * 4, [8] * 4, [11] * 4)
    behind = next(line for line in ax.lines if line.get_label() == "below the band")
    assert list(behind.get_xdata()) == [1, 2]
    assert ax.alt_text.endswith("2 of 3 months lie below the band.")
    assert "Oct" not in ax.alt_text


def test_ladder_says_what_each_tier_asks_costs_and_how_many_reach_it():
    tiers = [
        {"name": "Friend", "referrals": 1, "cost": 25, "probability": _estimate(0.8, 0.7, 0.88)},
        {"name": "Champion", "referrals": 6, "cost": 150, "probability": None},
    ]
    ax = draw.ladder(axes(), tiers, currency="GBP")
    assert ax.alt_text == "Tiers: Friend: 1 referral, £25, reached by 80% (70% to 88%); Champion: 6 referrals, £150."
    assert [bar.get_height() for bar in ax.patches] == [1, 2]


# --- spread -----------------------------------------------------------------------------------------------------


@given(st.floats(0.01, 0.95), st.integers(1, 1000))
@settings(max_examples=25, deadline=None)
def test_cascade_never_passes_its_ceiling(k, seeds):
    ax = draw.cascade(axes(), _estimate(k, k, k, "count", "customer"), seeds, generations=30)
    total = ax.lines[0].get_ydata()
    assert total[0] == seeds
    assert all(total <= seeds / (1 - k) + 1e-6)
    assert "K is below 1" in ax.alt_text


@pytest.mark.parametrize("k", [0.02, 0.6, 0.95])
def test_cascade_has_room_above_its_end(k):
    ax = draw.cascade(axes(), _estimate(k, k, k, "count", "customer"), 100)
    assert ax.get_ylim()[1] > 1.1 * max(ax.lines[0].get_ydata())
    assert ax.get_ylim()[1] > 100 / (1 - k) or k > 0.9


def test_cascade_of_the_method_text():
    assert "100 seeds become 250 customers" in draw.cascade(axes(), _estimate(0.6, 0.5, 0.7, "count"), 100).alt_text


def test_cascade_whose_range_reaches_one_has_no_bound():
    said = draw.cascade(axes(), _estimate(0.9, 0.7, 1.1, "count"), 10, generations=5).alt_text
    assert "(33 to no bound)" in said
    assert "without end" in draw.cascade(axes(), _estimate(1.1, 0.7, 1.5, "count"), 10).alt_text


def test_concentration_counts_alike_from_people_and_from_counts():
    made = np.repeat([10, 2, 1], [1, 3, 6])
    each = draw.concentration(axes(), made).alt_text
    assert each == draw.concentration(axes(), [10, 2, 1], customers=[1, 3, 6]).alt_text
    assert "most active 10% of 10 advocates make 45% of 22 referrals" in each


def test_concentration_of_no_referrals_says_so():
    assert "No referrals" in draw.concentration(axes(), [0, 0]).alt_text


# --- side by side -----------------------------------------------------------------------------------------------


def test_bars_are_ordered_and_what_is_not_known_comes_last():
    values = {"a": _estimate(0.1, 0.05, 0.2), "b": undefined("none", unit="share", per="lead"), "c": _estimate()}
    ax = draw.bars(axes(), values, unit="share")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["c", "a", "b"]
    assert [bar.get_width() for bar in ax.patches] == [0.58, 0.1, 0]
    assert "b not known" in ax.alt_text


def test_pareto_says_which_few_make_most():
    values = {"organic": 2296, "paid": 1586, "unknown": 1099, "(empty)": 60, "referral": 284}
    said = draw.bars(axes(), values, unit="leads", pareto=True).alt_text
    assert "3 of 5 make 94%: organic, paid, unknown." in said
    assert "(empty) 60 leads" in said


def test_spidergram_closes_both_lines_and_names_the_gap():
    ax = draw.spidergram(axes(polar=True, height=4), ["customers", "referral", LONG], [8, 3, 1], [8, 7, 3])
    assert [list(line.get_ydata()) for line in ax.lines] == [[8, 7, 3, 8], [8, 3, 1, 8]]
    assert "The widest gap is referral." in ax.alt_text


def test_spidergram_needs_polar_axes():
    with pytest.raises(ValueError, match="polar"):
        draw.spidergram(axes(), ["a", "b", "c"], [1, 2, 3], [1, 2, 3])


def test_heatmap_leaves_unknown_cells_open():
    ax = draw.heatmap(axes(), [[10, 0, np.nan], [250, 33, 1]], rows=["SMB", LONG], columns="NSW", unit="customers")
    shown = ax.collections[0].get_array()
    assert np.ma.getmaskarray(shown).sum() == 1
    assert [t.get_text() for t in ax.texts] == ["10", "0", "250", "33", "1"]
    assert "highest 250 customers" in ax.alt_text
    assert "1 of 6 cells are not known" in ax.alt_text


def test_a_large_heatmap_stays_light():
    values = np.random.default_rng(0).random((40, 40))
    ax = draw.heatmap(axes(height=5), values, rows=range(40), columns=range(40), unit="share")
    assert len(picture(ax).svg) < 150_000


# --- all of them ------------------------------------------------------------------------------------------------

MONTHS = [f"2026-{i:02d}" for i in range(1, 13)]
GALLERY = {
    "gate": lambda: draw.gate(axes(height=1.6), _estimate(), 0.4, name=LONG),
    "forest": lambda: draw.forest(axes(height=3), {LONG: _estimate(), "b": _estimate(0.2, 0.1, 0.3)}, threshold=0.4),
    "survival": lambda: draw.survival(axes(height=3.8), {LONG: _curve(), "b": _curve(0.2), "c": _curve(0.3)}),
    "funnel": lambda: draw.funnel(
        axes(height=3), {"customers": 12000, LONG: 5400}, rates={LONG: _estimate(per="customer aware of the programme")}
    ),
    "waterfall": lambda: draw.waterfall(axes(), {"start": 9e5, "contraction": -9e4, "cross-sell": 4e4}, currency="GBP"),
    "dots": lambda: draw.quantile_dotplot(axes(), [3, 4, 4, 8, 30, math.inf], deadline=12),
    "tornado": lambda: draw.tornado(axes(), ROWS, base=100, unit="GBP", threshold=0),
    "two_clocks": lambda: draw.two_clocks(
        axes(height=2.3),
        [
            {
                "month": m,
                "value_p10": -90,
                "value_p50": 5 * m - 40,
                "value_p90": 9 * m,
                "cash_p10": -95,
                "cash_p50": 3 * m - 50,
                "cash_p90": 4 * m,
            }
            for m in range(1, 25)
        ],
        currency="GBP",
    ),
    "band": lambda: draw.band(axes(), MONTHS, [9] * 12, [6] * 12, [8] * 12, [11] * 12),
    "ladder": lambda: draw.ladder(
        axes(),
        [{"name": LONG, "referrals": i, "cost": 25, "probability": _estimate()} for i in (1, 3, 6)],
        currency="GBP",
    ),
    "cascade": lambda: draw.cascade(axes(), _estimate(0.6, 0.5, 0.7, "count"), 100),
    "cascade_small": lambda: draw.cascade(axes(), _estimate(0.022, 0.015, 0.033, "count"), 100),
    "concentration": lambda: draw.concentration(axes(), [10, 1, 1, 1, 1, 3, 1, 1, 1, 2]),
    "bars": lambda: draw.bars(axes(), {LONG: 2296, "b": 12}, unit="leads", pareto=True, title=LONG),
    "spidergram": lambda: draw.spidergram(axes(polar=True, height=4), ["a", LONG, "c"], [1, 2, 3], [3, 2, 1]),
    "heatmap": lambda: draw.heatmap(axes(), np.eye(3), rows=[LONG, "b", "c"], columns=[LONG, "b", "c"], unit="share"),
}


def test_every_figure_is_in_the_gallery():
    drawn = {"dots": "quantile_dotplot", "cascade_small": "cascade"}
    assert {drawn.get(name, name) for name in GALLERY} == set(draw.__all__)


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_words_with_numbers_and_the_same_bytes_twice(name):
    first, second = picture(GALLERY[name]()), picture(GALLERY[name]())
    assert first.svg == second.svg
    assert any(c.isdigit() for c in first.alt)
    assert len(first.alt) > 30
    assert len(first.svg) < 150_000


def _seen(axis):
    """Tick labels within the view: those outside are not drawn."""
    low, high = sorted(axis.get_view_interval())
    room = 1e-9 * (high - low)
    places = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
    return [text for at, text in places if low - room <= at <= high + room]


@pytest.mark.parametrize("name", GALLERY)
def test_no_text_is_cut_by_the_edge_or_lies_on_another(name):
    ax = GALLERY[name]()
    figure = ax.figure
    with house():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        legends = [text for legend in figure.legends for text in legend.get_texts()]
        written = [*ax.texts, *_seen(ax.xaxis), *_seen(ax.yaxis), ax.xaxis.label, ax.yaxis.label, *legends]
        titles = [ax._left_title, ax.title]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in [*written, *titles] if t.get_text().strip()]
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in boxes:
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        assert inside, f"{text!r} is cut: {box}"
    for i, (text, box) in enumerate(boxes):
        for other, place in boxes[i + 1 :]:
            over = min(box.x1, place.x1) - max(box.x0, place.x0), min(box.y1, place.y1) - max(box.y0, place.y0)
            assert not (over[0] > 1.5 and over[1] > 1.5), f"{text!r} lies on {other!r}"


def test_blue_is_what_is_good():
    ax = draw.quantile_dotplot(axes(), [1, 2], deadline=5)
    assert to_hex(ax.collections[0].get_facecolor()[0]) == BLUE.lower()


PHONE = 358
"""Pixels that a picture gets on a phone of 390 px."""


@pytest.mark.parametrize("name", GALLERY)
def test_no_label_is_under_nine_pixels_on_a_phone(name):
    ax = GALLERY[name]()
    figure = ax.figure
    texts = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label, ax.yaxis.label, ax._left_title]
    texts += [text for legend in figure.legends for text in legend.get_texts()]
    shrink = min(1.0, PHONE / (figure.get_size_inches()[0] * 96))
    assert min(text.get_fontsize() for text in texts if text.get_text()) * 96 / 72 * shrink >= 9
