"""Colours that the colour-blind can tell apart and that stay apart in grey print (Okabe and Ito 2008).

Meaning never hangs on colour alone: every figure also says it by position, hatch or a label.
"""

from __future__ import annotations

BLUE = "#0072B2"
"""What was measured, or the good side."""
ORANGE = "#E69F00"
"""What stands against it. Lighter than blue in grey, too."""
VERMILION = "#D55E00"
"""A loss, a late month, the steepest drop."""
GREEN = "#009E73"
SKY = "#56B4E9"
PURPLE = "#CC79A7"
INK = "#222222"
GREY = "#767676"
PALE = "#D9D9D9"
"""A band or a bar that is only there for comparison."""

SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, INK)
"""Colours of several groups, in this order."""
DASHES = ("-", "--", "-.", ":")
"""Line styles go round with the colours, so that groups differ without colour."""
SEQUENCE = ("#F3F8FC", "#C6DDEF", "#7FB4D9", "#2E7FB8", "#0B4F80", "#062F4F")
"""Light to dark for a heat map: lightness alone carries the order."""
