"""Room around axes for labels, titles and legends, as matplotlib's constrained layout makes it, for less work.

matplotlib measures every label of an axis some twenty times for a chart: in two rounds and for drawing, each time to
place the name of the axis, the title and the frame. Here each label is measured once, those of the x axis twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, BboxBase, offset_copy
from numpy.typing import NDArray

LEFT, BOTTOM, RIGHT, TOP = range(4)
OUTWARDS = np.array([-1, -1, 1, 1])

Room = NDArray[np.float64]
"""Points by which something sticks out of the axes on their four sides."""


def lay_out(figure: Figure, renderer: Any) -> None:
    """Place the axes of a figure so that what is written around them fits in, and fix them there.

    Figures of several axes, polar ones and axes too small for their labels are left to matplotlib.

    The figure has 72 dots an inch and is drawn with the same renderer afterwards.
    """
    ax = figure.axes[0]
    if len(figure.axes) > 1 or ax.name != "rectilinear" or ax.get_aspect() != "auto":
        return
    frame, x, y = _frame(figure, renderer), _named(ax.xaxis, renderer), _named(ax.yaxis, renderer)
    for part in (ax.xaxis, ax.yaxis, *ax.spines.values()):
        part.set_in_layout(False)  # the axes are measured, and a spine lies on their edge
    for again in (False, True):
        if again:  # what is level with the edges sticks out more or less now that the axes have moved
            x[[LEFT, RIGHT]] = _sticks_out(ax, _tick_labels(ax.xaxis, renderer))[[LEFT, RIGHT]]
        rest = _sticks_out(ax, ax.get_tightbbox(renderer, for_layout_only=True))
        place = Bbox.from_extents(*(frame.extents - OUTWARDS * np.max([x, y, rest], axis=0)))
        if place.width <= 0 or place.height <= 0:
            return
        ax.set_position(place.transformed(figure.transFigure.inverted()))
    figure.set_layout_engine("none")


def _named(axis: Any, renderer: Any) -> Room:
    """The room of an axis outside; its name is put beside its labels, at the same distance wherever the axes are."""
    side, along = (BOTTOM, (0.5, 0)) if axis.axis_name == "x" else (LEFT, (0, 0.5))
    axis.set_label_coords(*along)  # or the labels are measured again and again, to find its place
    room = _sticks_out(axis.axes, _tick_labels(axis, renderer))
    if axis.label.get_text() and axis.axes.axison:
        away = room[side] + axis.labelpad
        x, y = (0, -away) if side == BOTTOM else (-away, 0)
        beside = offset_copy(axis.axes.transAxes, axis.axes.figure, x, y, units="points")
        axis.set_label_coords(*along, transform=beside)
        name = axis.label.get_window_extent(renderer)
        room[side] = away + (name.height if side == BOTTOM else name.width)
    return room


def _tick_labels(axis: Any, renderer: Any) -> BboxBase | None:
    """The box around the labels of the ticks of an axis, without its name."""
    if not axis.axes.axison:
        return None
    axis.label.set_visible(False)
    box: BboxBase | None = axis.get_tightbbox(renderer)
    axis.label.set_visible(True)
    return box


def _sticks_out(ax: Axes, box: BboxBase | None) -> Room:
    return np.zeros(4) if box is None else np.maximum(OUTWARDS * np.subtract(box.extents, ax.bbox.extents), 0)


def _frame(figure: Figure, renderer: Any) -> Bbox:
    """The part of a figure within its padding and without its legends."""
    wide = 72 * rcParams["figure.constrained_layout.w_pad"]
    high = 72 * rcParams["figure.constrained_layout.h_pad"]
    frame = figure.bbox.padded(-wide, -high)
    for legend in figure.legends:
        box = legend.get_window_extent(renderer)
        if box.y0 > figure.bbox.height / 2:
            frame.y1 -= box.height + 2 * high
        else:
            frame.y0 += box.height + 2 * high
    return frame
