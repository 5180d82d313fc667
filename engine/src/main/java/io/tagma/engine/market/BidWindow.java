package io.tagma.engine.market;

import io.tagma.engine.agent.Agent;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * The bids of one auction: some posted at once, others awaited until everybody has answered or somebody says that the window is over. A state machine
 * without thread and clock, so that the same answers in the same order give the same bids. Owned by the shard's thread; allocates nothing after it is
 * made.
 */
public final class BidWindow {
    /** How long bids are awaited where nothing else is said: 15 ms. */
    public static final long DEFAULT_WINDOW_NS = 15_000_000;

    /** The bid counts, or its bidder has declined. */
    public static final int ACCEPTED = 0;
    /** It came when the window was over; does not count. */
    public static final int LATE = -1;
    /** Its amount is neither an amount nor {@link Agent#DECLINE}; does not count, and the bidder may bid again. */
    public static final int MALFORMED = -2;
    /** The bidder has bid or declined before; the first stands. */
    public static final int DUPLICATE = -3;
    /** No such bidder was asked. */
    public static final int UNKNOWN_BIDDER = -4;

    private static final byte POSTED = 0;
    private static final byte AWAITED = 1;
    private static final byte ANSWERED = 2;

    private final long[] bidsMicros;
    private final byte[] states;
    private final long[] answeredNs;
    private final long[] answeredAt;
    private int count;
    private int awaited;
    private int missed;
    private boolean open;

    /**
     * Closed at first.
     *
     * @param maxBidders most that one auction has, at least 1
     */
    public BidWindow(final int maxBidders) {
        if (maxBidders < 1) {
            throw new IllegalArgumentException("maxBidders must be positive: " + maxBidders);
        }
        this.bidsMicros = new long[maxBidders];
        this.states = new byte[maxBidders];
        this.answeredNs = new long[maxBidders];
        this.answeredAt = new long[maxBidders];
    }

    /** Begins an auction without bidders; whatever it held before is gone. */
    public void open() {
        count = 0;
        awaited = 0;
        missed = 0;
        open = true;
    }

    /** The next bidder bids at once, or declines with any negative amount. */
    public void post(final long micros) {
        add(micros, POSTED);
    }

    /** The next bidder is asked and will answer. */
    public void await() {
        add(Agent.DECLINE, AWAITED);
        awaited++;
    }

    /** The next bidder would have been asked, but cannot be. */
    public void miss() {
        add(Agent.DECLINE, POSTED);
        missed++;
    }

    private void add(final long micros, final byte state) {
        bidsMicros[count] = micros;
        states[count] = state;
        answeredNs[count] = 0;
        answeredAt[count] = 0;
        count++;
    }

    /**
     * An answer came.
     *
     * @param bidder by the order in which bidders were added, from 0
     * @param micros 0 to {@link MicroCredits#MAX}, or {@link Agent#DECLINE}
     * @param atNs when it was given, on the clock of who gave it; only kept
     * @param sequence of the input that brought it; only kept
     * @return {@link #ACCEPTED}, or why it does not count
     */
    public int offer(final int bidder, final long micros, final long atNs, final long sequence) {
        if (bidder < 0 || bidder >= count || states[bidder] == POSTED) {
            return UNKNOWN_BIDDER;
        }
        if (states[bidder] == ANSWERED) {
            return DUPLICATE;
        }
        if (!open) {
            return LATE;
        }
        if (micros != Agent.DECLINE && !MicroCredits.isValid(micros)) {
            return MALFORMED;
        }
        bidsMicros[bidder] = micros;
        states[bidder] = ANSWERED;
        answeredNs[bidder] = atNs;
        answeredAt[bidder] = sequence;
        awaited--;
        return ACCEPTED;
    }

    /** Whether nobody is awaited any more. */
    public boolean isAnswered() {
        return awaited == 0;
    }

    /** The window is over: who has not answered does not bid. */
    public void close() {
        open = false;
    }

    /** Whether bids are awaited. */
    public boolean isOpen() {
        return open;
    }

    /** How many bidders there are, those who declined included. */
    public int count() {
        return count;
    }

    /** How many have not answered. */
    public int awaited() {
        return awaited;
    }

    /** How many would have been asked, but could not be. */
    public int missed() {
        return missed;
    }

    /** What a bidder bid; negative where it did not, or not yet. */
    public long bidMicros(final int bidder) {
        return bidsMicros[bidder];
    }

    /** Whether a bidder was asked and has not answered. */
    public boolean isAwaited(final int bidder) {
        return states[bidder] == AWAITED;
    }

    /** Whether a bidder was asked. */
    public boolean wasAsked(final int bidder) {
        return states[bidder] != POSTED;
    }

    /** When a bidder answered, on its own clock; 0 where it did not. */
    public long answeredNs(final int bidder) {
        return answeredNs[bidder];
    }

    /** The input that brought a bidder's answer; 0 where there is none. */
    public long answeredAt(final int bidder) {
        return answeredAt[bidder];
    }

    /** Writes an open auction. */
    public void save(final SnapshotWriter out) {
        out.putInt(count);
        for (int i = 0; i < count; i++) {
            out.putInt(states[i]);
            out.putLong(bidsMicros[i]);
            out.putLong(answeredNs[i]);
            out.putLong(answeredAt[i]);
        }
    }

    /** Reads what {@link #save} wrote. */
    public void load(final SnapshotReader in) {
        open();
        final int bidders = in.getInt();
        for (int i = 0; i < bidders; i++) {
            add(0, (byte) in.getInt());
            bidsMicros[i] = in.getLong();
            answeredNs[i] = in.getLong();
            answeredAt[i] = in.getLong();
            awaited += states[i] == AWAITED ? 1 : 0;
        }
    }
}
