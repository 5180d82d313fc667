package io.tagma.tools.fraud;

/**
 * An endless, seeded stream of card payments with three kinds of fraud, in time order. Owned by one thread.
 *
 * <p>The simulator of Le Borgne, Siblini, Lebichot and Bontempi, "Reproducible machine learning for credit card fraud
 * detection: practical handbook", chapter 3. A card has a home, a mean amount U(5, 100) with a standard deviation of
 * half of it, and U(0, 4) payments a day (Poisson) at terminals near its home, at a time of day N(12:00, 20,000 s); a
 * time outside the day drops the payment, a negative amount is redrawn from U(0, 2 mean). Frauds:
 *
 * <ol>
 *   <li>an amount above 220;
 *   <li>two terminals a day are compromised for 28 days: all that is paid there is fraud;
 *   <li>three cards a day are compromised for 14 days: a third of their payments is multiplied by 5, and is fraud.
 * </ol>
 *
 * <p>A later kind names the fraud where several apply. Unlike the Handbook's one-off table this is a stream: the
 * third of a compromised card's payments is drawn payment by payment, and a payment is multiplied once however many
 * compromises overlap.
 *
 * <p>Guarantees: (1) the sequence is a function of the {@link FraudWorld} alone, on every machine; (2) memory is that
 * of one day, and nothing is allocated after construction unless a day outgrows the three payments a card reserved
 * for it; (3) times never go back, payments of the same second come in the order of their cards.
 */
public final class FraudSimulator implements TransactionSource {
    private static final long SECONDS_PER_DAY = 86_400;
    private static final double NOON = 43_200;
    private static final double TIME_SD = 20_000;
    private static final int LARGE_CENTS = 22_000;
    private static final int TERMINALS_PER_DAY = 2;
    private static final int TERMINAL_DAYS = 28;
    private static final int CARDS_PER_DAY = 3;
    private static final int CARD_DAYS = 14;
    private static final int CARD_FACTOR = 5;
    private static final double CARD_FRACTION = 1.0 / 3;
    private static final int STREAM_DAY = 0;
    private static final int STREAM_TERMINALS = 1;
    private static final int STREAM_CARDS = 2;

    private final FraudWorld world;
    private final CardHabits habits;
    private final NormalSampler normal = new NormalSampler();
    private final SplitMix64 random = new SplitMix64();
    private final int[] cardUntilDay;
    private final int[] terminalUntilDay;
    private final DaySheet sheet;
    private int day = -1;
    private int position;
    private long nextId;

    /**
     * Places the cards and terminals; about 20 ms for the Handbook's world.
     *
     * @throws IllegalArgumentException if no card has a terminal within reach
     */
    public FraudSimulator(final FraudWorld world) {
        this.world = world;
        this.habits = new CardHabits(world);
        if (habits.isEmpty()) {
            throw new IllegalArgumentException(
                    "no card has a terminal within reach: raise the radius or the number of terminals of " + world);
        }
        this.cardUntilDay = new int[world.customers()];
        this.terminalUntilDay = new int[world.terminals()];
        this.sheet = new DaySheet(world.customers() * 3 + 64);
    }

    /** Returns a simulator of the Handbook's world. */
    public static FraudSimulator handbook(final long seed) {
        return new FraudSimulator(FraudWorld.handbook(seed));
    }

    @Override
    public boolean next(final Transaction into) {
        while (position == sheet.size()) {
            drawNextDay();
        }
        sheet.read(position++, into);
        into.id = nextId++;
        into.epochSecond += world.startEpochSecond() + day * SECONDS_PER_DAY;
        return true;
    }

    /** Returns how many transactions have been read or skipped, which is the id of the next one. */
    public long position() {
        return nextId;
    }

    /** Returns the day of the next transaction, counted from 0 (-1 before the first was read). */
    public int day() {
        return day;
    }

    /**
     * Moves on to transaction {@code n}, so that {@link #next} returns the one with that id. Days are drawn but their
     * payments not read out, about 35 ns a skipped transaction.
     *
     * @throws IllegalArgumentException if it lies behind; a new simulator starts at 0
     */
    public void skip(final long n) {
        if (n < nextId) {
            throw new IllegalArgumentException("a stream skips forward only: at " + nextId + ", asked for " + n);
        }
        while (n - nextId >= sheet.size() - position) {
            nextId += sheet.size() - position;
            drawNextDay();
        }
        position += (int) (n - nextId);
        nextId = n;
    }

    private void drawNextDay() {
        day++;
        position = 0;
        sheet.clear();
        compromise();
        random.reset(world.seed(), STREAM_DAY, day);
        for (int card = 0; card < world.customers(); card++) {
            if (habits.terminalCount(card) > 0) {
                drawCard(card);
            }
        }
        sheet.sort();
    }

    private void compromise() {
        random.reset(world.seed(), STREAM_TERMINALS, day);
        mark(terminalUntilDay, TERMINALS_PER_DAY, day + TERMINAL_DAYS);
        random.reset(world.seed(), STREAM_CARDS, day);
        mark(cardUntilDay, CARDS_PER_DAY, day + CARD_DAYS);
    }

    // Draws without replacement: what was marked today is drawn again.
    private void mark(final int[] untilDay, final int howMany, final int until) {
        for (int i = 0; i < Math.min(howMany, untilDay.length); i++) {
            int chosen;
            do {
                chosen = random.nextInt(untilDay.length);
            } while (untilDay[chosen] == until);
            untilDay[chosen] = until;
        }
    }

    private void drawCard(final int card) {
        final int payments = habits.payments(card, random.nextDouble());
        for (int i = 0; i < payments; i++) {
            final int second = (int) (NOON + TIME_SD * normal.next(random));
            if (second > 0 && second < SECONDS_PER_DAY) {
                drawPayment(card, second);
            }
        }
    }

    private void drawPayment(final int card, final int second) {
        final double mean = habits.meanAmount(card);
        double amount = mean + mean / 2 * normal.next(random);
        if (amount < 0) {
            amount = random.nextDouble() * mean * 2;
        }
        int cents = (int) Math.rint(amount * 100);
        final int terminal = habits.terminal(card, random.nextInt(habits.terminalCount(card)));
        int scenario = cents > LARGE_CENTS ? Transaction.SCENARIO_AMOUNT : Transaction.SCENARIO_NONE;
        if (terminalUntilDay[terminal] > day) {
            scenario = Transaction.SCENARIO_TERMINAL;
        }
        if (cardUntilDay[card] > day && random.nextDouble() < CARD_FRACTION) {
            cents *= CARD_FACTOR;
            scenario = Transaction.SCENARIO_CARD;
        }
        sheet.add(second, card, terminal, cents, scenario);
    }
}
