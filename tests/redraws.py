"""How long a redraw takes, in processor time: on a busy machine waiting must not count.

Other work still makes the processor slower now and then, never faster: so the least of a few
rounds counts.
"""

import numpy as np

FRAME = 16  # ms
MOVES = 60
ROUNDS = 5
WORK = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")

ONE_MOVE = """async (move) => {
  await new Promise((go) => setTimeout(go)); // from here on it is the page's own work
  (CHANGE)(move);
  await null; // the view draws in this turn
  document.body.offsetHeight; // and is laid out
}"""


def slow(times):
    """Return the time that 95 of 100 stay below."""
    return np.quantile(times, 0.95)


def quietest(measure, *, limit=FRAME, of=slow):
    """Return the times of `measure()`; while `of` them is no less than the limit, measure again.

    There are five rounds at most, and each place keeps the least time it had in any of them. What
    is slow by itself is slow in all of them.
    """
    times = np.asarray(measure())
    for _ in range(ROUNDS - 1):
        if of(times) < limit:
            break
        times = np.minimum(times, measure())
    return times


def processor_clock(page):
    """Return a function that tells the milliseconds a page has spent on script, style and layout.

    What `evaluate` does at once does not count, nor what asking costs: let the page wait for a
    timer first. Waiting does not count.
    """
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read():
        found = session.send("Performance.getMetrics")["metrics"]
        return 1000 * sum(one["value"] for one in found if one["name"] in WORK)

    return read


def work_of(act, *, moves, clock):
    """Return the milliseconds of work that `act(0)`, `act(1)`... each give the page."""
    times = []
    for move in range(moves):
        before = clock()
        act(move)
        times.append(clock() - before)
    return times


def redraws(page, change, *, moves=MOVES):
    """Return the milliseconds of work of each redraw, layout included.

    `change` is a JavaScript function of the number of the move, which sets the model anew.
    """
    script, clock = ONE_MOVE.replace("CHANGE", change), processor_clock(page)

    def act(move):
        page.evaluate(script, move)

    return quietest(lambda: work_of(act, moves=moves, clock=clock))
