package io.tagma.tools.fraud;

import java.util.Arrays;

/**
 * One simulated day: payments in the order they were drawn, then read out in the order of their seconds. One thread.
 */
final class DaySheet {
    private static final int LOW_BITS = 9;
    private static final int HIGH_BITS = 8; // 17 bits hold 86,399
    private static final int INDEX_BITS = 32;

    private int[] card;
    private int[] terminal;
    private int[] cents;
    private byte[] scenario;
    private long[] order; // second << 32 | index
    private long[] scratch;
    private final int[] bucket = new int[(1 << LOW_BITS) + 1];
    private int size;

    DaySheet(final int capacity) {
        card = new int[capacity];
        terminal = new int[capacity];
        cents = new int[capacity];
        scenario = new byte[capacity];
        order = new long[capacity];
        scratch = new long[capacity];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void add(final int second, final int cardId, final int terminalId, final int amountCents, final int kind) {
        if (size == card.length) {
            grow();
        }
        order[size] = (long) second << INDEX_BITS | size;
        card[size] = cardId;
        terminal[size] = terminalId;
        cents[size] = amountCents;
        scenario[size] = (byte) kind;
        size++;
    }

    private void grow() {
        final int capacity = card.length * 2;
        card = Arrays.copyOf(card, capacity);
        terminal = Arrays.copyOf(terminal, capacity);
        cents = Arrays.copyOf(cents, capacity);
        scenario = Arrays.copyOf(scenario, capacity);
        order = Arrays.copyOf(order, capacity);
        scratch = Arrays.copyOf(scratch, capacity);
    }

    /**
     * Radix sort, least significant digit first: stable, linear and without the buffers that a library sort may
     * allocate.
     */
    void sort() {
        pass(order, scratch, INDEX_BITS, LOW_BITS);
        pass(scratch, order, INDEX_BITS + LOW_BITS, HIGH_BITS);
    }

    private void pass(final long[] from, final long[] to, final int shift, final int bits) {
        final int mask = (1 << bits) - 1;
        Arrays.fill(bucket, 0);
        for (int i = 0; i < size; i++) {
            bucket[((int) (from[i] >>> shift) & mask) + 1]++;
        }
        for (int i = 0; i < mask; i++) {
            bucket[i + 1] += bucket[i];
        }
        for (int i = 0; i < size; i++) {
            to[bucket[(int) (from[i] >>> shift) & mask]++] = from[i];
        }
    }

    /** Writes the i-th payment of the day; its time is the second of the day, for the caller to add to midnight. */
    void read(final int i, final Transaction into) {
        final int at = (int) order[i];
        into.epochSecond = order[i] >>> INDEX_BITS;
        into.customerId = card[at];
        into.terminalId = terminal[at];
        into.amount = cents[at] / 100.0;
        into.scenario = scenario[at];
        into.fraud = scenario[at] != Transaction.SCENARIO_NONE;
    }
}
