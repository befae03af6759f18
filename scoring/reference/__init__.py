"""The reference: an award worked out in exact fractions, from docs/scoring.md and from nothing else.

It is made to be read, by an auditor or in court, with docs/scoring.md beside it: `record`, `scores`,
`awards` and `result`, in this order and each from top to bottom, under the headings of that page. It is slow
and plain. It knows nothing of the fast engine, so a mistake has to be made twice, here and there, before both
give the same wrong figure. `python -m scoring evaluate record.json --by both` holds them to each other.

`evaluate` takes the JSON object of a record that `python -m scoring check` finds sound; what is not sound is
not looked for here. Every figure is a whole number or a `Fraction`, never rounded but where the published
text says so. `best_total` tries every award that there could be, so large records raise `TooLarge`.

Where the published rules can be read in two ways, this is how they are read:

1.  The figure that is printed is the figure that counts. Quality is the sum of the rounded question points,
    and the quality minimum and the tie key `quality` compare that sum, not an unrounded one.
2.  A price limit is held against the price of the bid, which with price lines is the sum of price × volume.
    A price equal to a limit is within it.
3.  No weight has more decimals than `places`. If one had, rounding could give more points than the weight.
4.  Only ranked bids set the price yardstick and are measured by it. Any other bid keeps the question points
    of the marks that it has, and its quality if it has them all; it has no price points and no total.
5.  A person's decision comes before what is computed; then the CQC rule, then the price limits, then the
    minimum marks and the minimum quality.
6.  A location is unrated when it has no overall rating, whatever its key questions say. "Inadequate" counts
    on any key question and overall. A minimum overall rating is held against locations with an overall
    rating; for the others, and for a bidder without a location, the rule on `unrated` is enough. What the
    rules allow is flagged, whatever the state of the bid.
7.  `below_next_percent` compares with the lowest price among the other ranked bids that is not below this
    one. `below_mean_percent` leaves the bid itself out of the mean. The percentage is met when it is just
    reached.
8.  The tie key `price` puts the lower price in pence first, `question:…` the higher mark.
9.  Bids that share a rank hold the places of that rank together: of k such bids that are not at a limit, k
    places are undecided if so many are free, even where each of the k is sure of one. A bid that is alone
    at its shared rank, because the others are at a limit, is not tied any more. An undecided place counts
    towards nobody's limit, and the lots after it are awarded as things then stand.
10. Passed over is whoever was at a limit while a place was still to be had. Reserves are the other ranked
    bids that were not awarded and do not wait for a decision, in order of rank.
11. The places of a lot that stay free are its last ones. Those of them for which there was a ranked bid are
    unfilled.
12. A bidder whose bid waits for a decision in a lot has no claim there.
"""

from scoring.reference.awards import TooLarge
from scoring.reference.record import Record
from scoring.reference.result import FORMAT, evaluate

__all__ = ["FORMAT", "Record", "TooLarge", "evaluate"]
