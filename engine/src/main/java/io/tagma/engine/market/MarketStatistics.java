package io.tagma.engine.market;

/** How a market does: participation, fill rate, prices, surplus, concentration. Owned by the shard's thread; allocates nothing after it is made. */
public final class MarketStatistics {
    /** {@link #concentration} of a market of one. */
    public static final double MONOPOLY = 10_000;

    private final long[] wonMicros;
    private long auctions;
    private long offered;
    private long filled;
    private long asked;
    private long admitted;
    private double priceMicros;
    private double surplusMicros;

    /** Of a number of agents. */
    public MarketStatistics(final int agents) {
        if (agents < 1) {
            throw new IllegalArgumentException("agents must be positive: " + agents);
        }
        wonMicros = new long[agents];
    }

    /**
     * Counts one auction.
     *
     * @param winner the agent that won, or {@link Clearing#NO_WINNER}
     * @param count agents that were asked
     */
    public void count(final Clearing clearing, final int winner, final int count) {
        begin(clearing.admitted(), count, 1);
        if (winner != Clearing.NO_WINNER) {
            fill(winner, clearing.priceMicros(), clearing.surplusMicros());
        }
    }

    /** Counts an auction of some slots, to be followed by a {@link #fill} for each that has a winner. */
    void begin(final int bids, final int count, final int slots) {
        auctions++;
        asked += count;
        admitted += bids;
        offered += slots;
    }

    /** Counts one slot sold. */
    void fill(final int winner, final long price, final long surplus) {
        filled++;
        priceMicros += price;
        surplusMicros += surplus;
        final long sum = wonMicros[winner] + price;
        wonMicros[winner] = sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Auctions counted. */
    public long auctions() {
        return auctions;
    }

    /** Share of those asked who bid within the reserve, 0 to 1; 0 before anybody was asked. */
    public double participation() {
        return asked == 0 ? 0 : (double) admitted / asked;
    }

    /** Items and slots that found a winner. */
    public long filled() {
        return filled;
    }

    /** Share of items and slots with a winner, 0 to 1; 0 before the first. */
    public double fillRate() {
        return offered == 0 ? 0 : (double) filled / offered;
    }

    /** Mean price, in credits; 0 before the first winner. */
    public double meanPrice() {
        return filled == 0 ? 0 : priceMicros / filled / MicroCredits.PER_CREDIT;
    }

    /** Mean of what winners gained, their bids taken for their values, in credits; 0 before the first winner. */
    public double meanSurplus() {
        return filled == 0 ? 0 : surplusMicros / filled / MicroCredits.PER_CREDIT;
    }

    /**
     * Herfindahl-Hirschman index over the winners' turnover: the sum of squared shares in percent, {@link #MONOPOLY} when one agent has all, 10,000 / n
     * when n share alike, 0 without turnover (Hirschman 1945; Herfindahl 1950).
     */
    public double concentration() {
        double sum = 0;
        double squares = 0;
        for (final long won : wonMicros) {
            sum += won;
            squares += (double) won * won;
        }
        return sum == 0 ? 0 : MONOPOLY * squares / (sum * sum);
    }
}
