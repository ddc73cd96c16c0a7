"""The job as a vectorised polars script: entries by group, marks by one join, the first exit by group.

usage: polars_script.py DIR CELLS
"""

import sys

import polars as pl

from job import CAPITAL, FEE_PER_UNIT, PACKAGE_TICK, SMALLEST_TICK, WING, cells, load, say, timed


def rounded(brings):
    return brings.floordiv(PACKAGE_TICK) * PACKAGE_TICK


def fill(side):
    """Cash of a leg traded on this side (1 buys): a sold option below the smallest tick brings nothing."""
    return pl.when(side > 0).then(-pl.col("mid")).when(pl.col("mid") >= SMALLEST_TICK).then(pl.col("mid")).otherwise(0)


def run(quotes, sessions, cell):
    delta, target, stop = cell
    final = sessions["session"].max()
    entry = quotes.filter(pl.col("is_entry") == 1).with_columns(size=pl.col("delta").abs())
    short = (
        entry.with_columns(apart=(pl.col("size") - delta).abs())
        .sort("expiry", "right", "apart", "strike")
        .group_by("expiry", "right", maintain_order=True)
        .first()
        .select("expiry", "right", "strike", quantity=pl.lit(-1), opened="session")
    )
    wanted = short.with_columns(
        wanted=pl.when(pl.col("right") == "P").then(pl.col("strike") - WING).otherwise(pl.col("strike") + WING)
    ).select("expiry", "right", "wanted")
    long = (
        entry.join(wanted, on=["expiry", "right"])
        .with_columns(apart=(pl.col("strike") - pl.col("wanted")).abs())
        .sort("expiry", "right", "apart", pl.col("strike") * -1)
        .group_by("expiry", "right", maintain_order=True)
        .first()
        .select("expiry", "right", "strike", quantity=pl.lit(1), opened="session")
    )
    legs = pl.concat([short, long])
    marks = legs.join(quotes.select("session", "expiry", "right", "strike", "mid"), on=["expiry", "right", "strike"])
    days = marks.group_by("expiry", "session").agg(
        opened=pl.col("opened").first(),
        value=(pl.col("quantity") * pl.col("mid")).sum(),
        opening=fill(pl.col("quantity")).sum(),
        closing=fill(-pl.col("quantity")).sum(),
        kp=pl.col("strike").filter((pl.col("right") == "P") & (pl.col("quantity") < 0)).first(),
        lp=pl.col("strike").filter((pl.col("right") == "P") & (pl.col("quantity") > 0)).first(),
        kc=pl.col("strike").filter((pl.col("right") == "C") & (pl.col("quantity") < 0)).first(),
        lc=pl.col("strike").filter((pl.col("right") == "C") & (pl.col("quantity") > 0)).first(),
    )
    credit = days.filter(pl.col("session") == pl.col("opened")).select("expiry", credit=rounded(pl.col("opening")))
    days = (
        days.join(credit, on="expiry")
        .join(sessions.select("session", "date", "close"), on="session")
        .sort("expiry", "session")
        .with_columns(next=pl.col("date").shift(-1).over("expiry"))
    )
    gain, won = (pl.col("credit") + pl.col("value")) / 10_000, pl.col("credit") / 10_000
    days = days.with_columns(
        settles=pl.col("date") == pl.col("expiry"),
        asks=(pl.col("next").is_not_null() & (pl.col("next") < pl.col("expiry"))
              & ((gain >= target * won) | (-gain >= stop * won))),
    ).with_columns(leaves=pl.col("asks").shift(1, fill_value=False).over("expiry"))
    ends = (
        days.filter(pl.col("leaves") | pl.col("settles") | (pl.col("session") == final))
        .group_by("expiry", maintain_order=True)
        .first()
    )

    def payoff(strike, right):
        gain = strike - pl.col("close") if right == "P" else pl.col("close") - strike
        return pl.when(gain > 0).then(gain).otherwise(0)

    settled = (payoff(pl.col("lp"), "P") - payoff(pl.col("kp"), "P") + payoff(pl.col("lc"), "C") - payoff(pl.col("kc"), "C"))
    by_trade = pl.col("leaves") | ~pl.col("settles")
    out = pl.when(by_trade).then(rounded(pl.col("closing")) - FEE_PER_UNIT).otherwise(settled)
    flows = pl.concat([
        days.filter(pl.col("session") == pl.col("opened")).select("session", flow=pl.col("credit") - FEE_PER_UNIT),
        ends.select("session", flow=out),
    ]).group_by("session").agg(pl.col("flow").sum())
    open_days = days.join(ends.select("expiry", end="session"), on="expiry").filter(pl.col("session") < pl.col("end"))
    worth = open_days.group_by("session").agg(worth=pl.col("value").sum())
    curve = (
        sessions.select("session").join(flows, on="session", how="left").join(worth, on="session", how="left").sort("session")
        .select(equity=CAPITAL + pl.col("flow").fill_null(0).cum_sum() + pl.col("worth").fill_null(0))
    )
    return curve["equity"][-1] / 100


if __name__ == "__main__":
    folder, count = sys.argv[1], int(sys.argv[2])
    quotes, sessions = load(folder)
    run(quotes, sessions, cells(1)[0])
    found, wall, cpu = timed(lambda: [run(quotes, sessions, cell) for cell in cells(count)])
    say(f"polars {pl.__version__}, quotes loaded", count, wall, cpu, found)
