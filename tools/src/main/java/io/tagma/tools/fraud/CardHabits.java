package io.tagma.tools.fraud;

/** Where each card lives and pays, how much and how often: drawn once from the seed, then read only. */
final class CardHabits {
    private static final int STREAM_CARDS = 16;
    private static final int STREAM_TERMINALS = 17;
    private static final double MIN_MEAN_AMOUNT = 5;
    private static final double MAX_MEAN_AMOUNT = 100;
    private static final double MAX_PAYMENTS_PER_DAY = 4;
    private static final int MOST_PAYMENTS = 32; // P(Poisson(4) > 32) < 1e-18

    private final double[] meanAmount;
    private final double[] paymentsPerDay;
    private final double[] noPayment;
    private final int[] firstTerminal;
    private final int[] terminals;

    CardHabits(final FraudWorld world) {
        final int cards = world.customers();
        meanAmount = new double[cards];
        paymentsPerDay = new double[cards];
        noPayment = new double[cards];
        firstTerminal = new int[cards + 1];
        final double[] homes = new double[2 * cards];
        final SplitMix64 random = new SplitMix64();
        random.reset(world.seed(), STREAM_CARDS, 0);
        for (int card = 0; card < cards; card++) {
            homes[2 * card] = random.nextDouble() * world.gridSide();
            homes[2 * card + 1] = random.nextDouble() * world.gridSide();
            meanAmount[card] = MIN_MEAN_AMOUNT + random.nextDouble() * (MAX_MEAN_AMOUNT - MIN_MEAN_AMOUNT);
            paymentsPerDay[card] = random.nextDouble() * MAX_PAYMENTS_PER_DAY;
            noPayment[card] = StrictMath.exp(-paymentsPerDay[card]);
        }
        terminals = near(world, homes, new TerminalGrid(world, random, STREAM_TERMINALS));
    }

    private int[] near(final FraudWorld world, final double[] homes, final TerminalGrid grid) {
        int total = 0;
        for (int card = 0; card < world.customers(); card++) {
            firstTerminal[card] = total;
            total = Math.addExact(total, grid.near(homes[2 * card], homes[2 * card + 1], null, 0));
        }
        firstTerminal[world.customers()] = total;
        final int[] found = new int[total];
        for (int card = 0; card < world.customers(); card++) {
            grid.near(homes[2 * card], homes[2 * card + 1], found, firstTerminal[card]);
        }
        return found;
    }

    /** Returns whether no card has a terminal within reach, so that nothing would ever be paid. */
    boolean isEmpty() {
        return terminals.length == 0;
    }

    double meanAmount(final int card) {
        return meanAmount[card];
    }

    int terminalCount(final int card) {
        return firstTerminal[card + 1] - firstTerminal[card];
    }

    int terminal(final int card, final int i) {
        return terminals[firstTerminal[card] + i];
    }

    /** Payments of one day: the Poisson quantile of {@code uniform}, by adding up probabilities from zero. */
    int payments(final int card, final double uniform) {
        double probability = noPayment[card];
        double below = probability;
        int count = 0;
        while (uniform >= below && count < MOST_PAYMENTS) {
            count++;
            probability *= paymentsPerDay[card] / count;
            below += probability;
        }
        return count;
    }
}
