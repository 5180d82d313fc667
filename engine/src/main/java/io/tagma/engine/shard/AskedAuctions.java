package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.BidRequest;
import io.tagma.engine.agent.Request;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.WindowFrames;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.WindowEndFrameDecoder;
import io.tagma.engine.market.AskedCounts;
import io.tagma.engine.market.BidWindow;
import io.tagma.engine.market.MicroCredits;
import io.tagma.engine.observe.Counter;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One shard's auctions that wait for bids from outside: each keeps its event, who was asked what, and the bids so far. A bounded table, part of the
 * shard's state; it changes by inputs alone and knows no clock: a bid counts when it is journaled before the end of its window. Who sends requests,
 * live, goes through those that are {@linkplain #firstUnsent() unsent}; after a recovery that is all that are open. Owned by the shard's thread.
 */
final class AskedAuctions {
    private static final long MOST_BYTES = 1 << 30;
    /** No auction. */
    static final int NONE = -1;

    private static final long KEY = 0x61756374696f6eL;

    private final int shard;
    private final int capacity;
    private final int widest;
    private final int maxPayload;
    private final int[] shape;
    private final KeptEvents events;
    private final long[] numbers;
    private final long[] windowsNs;
    private final BidWindow[] windows; // one more than there are slots, for what does not wait
    private final int[] services;
    private final int[] agents;
    private final int[] lengths;
    private final UnsafeBuffer payloads;
    private final int[] unsent;
    private final boolean[] queued;
    private final AskedCounts counts = new AskedCounts();
    private final BidRequest asking = new BidRequest();
    private final Answer answer = new Answer();
    private final WindowEndFrameDecoder end = new WindowEndFrameDecoder();
    private final Counter open = new Counter();
    private long number;
    private int current;
    private int reason;
    private int unsentHead;
    private int unsentCount;

    /**
     * An empty table.
     *
     * @param capacity most auctions that wait at a time, a power of two up to {@link BidNumber#SLOTS}
     * @param widest most candidates of one
     * @param frameLength most bytes of an event's frame
     * @param maxPayload most bytes of a request
     */
    AskedAuctions(
            final int shard,
            final int capacity,
            final int widest,
            final int maxFeatures,
            final int frameLength,
            final int maxPayload) {
        final long most = (capacity + 1L)
                * Math.max(Math.max(1L, widest) * maxPayload, Math.max((long) maxFeatures * Float.BYTES, frameLength));
        if (most > MOST_BYTES) {
            throw new EngineException("auctions that wait would take " + most + " bytes a shard, more than "
                    + MOST_BYTES + ": lower tagma.openAuctions (" + capacity
                    + ") or the payload of what is asked outside ("
                    + maxPayload + ")");
        }
        this.shard = shard;
        this.capacity = capacity;
        this.widest = Math.max(1, widest);
        this.maxPayload = maxPayload;
        this.shape = new int[] {capacity, this.widest, maxFeatures, frameLength, maxPayload};
        this.events = new KeptEvents(capacity, maxFeatures, frameLength);
        this.numbers = new long[capacity];
        this.windowsNs = new long[capacity];
        this.windows = new BidWindow[capacity + 1];
        Arrays.setAll(windows, i -> new BidWindow(this.widest));
        windows[capacity].open();
        this.services = new int[(capacity + 1) * this.widest];
        this.agents = new int[(capacity + 1) * this.widest];
        this.lengths = new int[(capacity + 1) * this.widest];
        this.payloads = new UnsafeBuffer(new byte[(capacity + 1) * this.widest * maxPayload]);
        this.unsent = new int[capacity];
        this.queued = new boolean[capacity];
        this.current = capacity;
    }

    /**
     * Asks the candidates of a task how they will bid.
     *
     * @param windowNs how long their answers may take
     * @return whether somebody is awaited; if not, {@link #bids} has what they bid
     */
    boolean open(final Task task, final AgentCell[] candidates, final long windowNs, final Deliberation.Faults faults) {
        final int slot = freeSlot();
        final BidWindow window = windows[slot];
        current = slot;
        window.open();
        for (int i = 0; i < candidates.length; i++) {
            ask(task, candidates[i], slot, window, faults);
        }
        if (window.missed() > 0) {
            counts.full.increment();
        }
        if (window.isAnswered()) {
            window.close();
            if (slot < capacity) {
                numbers[slot] = 0; // what was here is over
            }
            return false;
        }
        number++;
        numbers[slot] = number;
        windowsNs[slot] = windowNs;
        events.keep(slot, task);
        counts.opened.increment();
        queue(slot);
        open.increment();
        return true;
    }

    private int freeSlot() {
        if (open.get() == capacity) {
            return capacity;
        }
        int slot = (int) (number + 1) & (capacity - 1);
        while (windows[slot].isOpen()) {
            slot = (slot + 1) & (capacity - 1);
        }
        return slot;
    }

    private void ask(
            final Task task,
            final AgentCell cell,
            final int slot,
            final BidWindow window,
            final Deliberation.Faults faults) {
        final int at = slot * widest + window.count();
        asking.reset(payloads, at * maxPayload, maxPayload);
        if (cell.requestBid(task, asking) == AgentCell.FAULT) {
            window.post(AgentCell.FAILED_BID);
            faults.failed(task, cell);
        } else if (!asking.isAsked()) {
            window.post(asking.micros() < 0 ? Agent.DECLINE : asking.micros());
        } else if (slot == capacity) {
            window.miss();
        } else {
            services[at] = asking.service();
            agents[at] = cell.agentId();
            lengths[at] = asking.length();
            window.await();
        }
    }

    private void queue(final int slot) {
        if (!queued[slot]) {
            queued[slot] = true;
            unsent[(unsentHead + unsentCount++) & (capacity - 1)] = slot;
        }
    }

    /** Whether the request of an answer was one for a bid. */
    boolean isBid(final DirectBuffer buffer, final int offset) {
        return BidNumber.isBid(answer.wrap(buffer, offset).request());
    }

    /**
     * Takes the answer that {@link #isBid} was asked about.
     *
     * @param sequence of the input
     * @return the auction's slot where nobody is awaited any more, else {@link #NONE}
     */
    int take(final long ingestNs, final long sequence) {
        final long id = answer.request();
        final int slot = BidNumber.slot(id);
        final long of = BidNumber.auction(id);
        if (of < 1 || of > number || slot >= capacity) {
            counts.count(BidWindow.UNKNOWN_BIDDER);
            return NONE;
        }
        final BidWindow window = windows[slot];
        if (numbers[slot] != of || (!window.isOpen() && window.count() == 0)) {
            counts.count(BidWindow.LATE); // its slot has had another auction since, or was loaded when it was over
            return NONE;
        }
        final boolean given = answer.code() == Answer.OK;
        final int code = window.offer(BidNumber.bidder(id), given ? micros() : Agent.DECLINE, ingestNs, sequence);
        if (given || code != BidWindow.ACCEPTED) {
            counts.count(code);
        } else {
            counts.unavailable.increment();
        }
        return code == BidWindow.ACCEPTED && window.isAnswered() ? due(slot, WindowFrames.ANSWERED) : NONE;
    }

    /** An amount: eight bytes of micro-credits or one float of credits; {@link MicroCredits#INVALID} for anything else. */
    private long micros() {
        if (answer.floatCount() == 0 && answer.bytes().capacity() == Long.BYTES) {
            return answer.bytes().getLong(0, ByteOrder.LITTLE_ENDIAN);
        }
        return answer.floatCount() == 1 && answer.bytes().capacity() == 0
                ? MicroCredits.of(answer.floatAt(0))
                : MicroCredits.INVALID;
    }

    /** Takes the end of a window: the auction's slot, or {@link #NONE} where it is not open any more. */
    int end(final DirectBuffer buffer, final int offset) {
        end.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                WindowEndFrameDecoder.BLOCK_LENGTH,
                WindowEndFrameDecoder.SCHEMA_VERSION);
        final long id = end.auction();
        final int slot = BidNumber.slot(id);
        if (slot >= capacity || !isOpen(slot, id)) {
            return NONE;
        }
        return due(slot, end.reason());
    }

    private int due(final int slot, final int why) {
        (why == WindowFrames.ANSWERED ? counts.answered : counts.ended).increment();
        reason = why;
        current = slot;
        windows[slot].close();
        open.add(-1);
        return slot;
    }

    /** Takes up the task of an auction whose waiting is over, for the input that ended it. */
    void restore(final Task into, final int slot, final long sequence) {
        events.restore(into, slot, sequence);
    }

    /** The bids of the auction that was opened or ended last. */
    BidWindow bids() {
        return windows[current];
    }

    /** How long the bids of the last auction that ended were awaited at most. */
    long windowNs() {
        return windowsNs[current];
    }

    /** Whether the decision on the event of a sequence waits for bids. */
    boolean isWaiting(final long event) {
        for (int slot = 0; slot < capacity; slot++) {
            if (windows[slot].isOpen() && events.sequence(slot) == event) {
                return true;
            }
        }
        return false;
    }

    /** Why the last auction ended: see {@link WindowFrames}. */
    int reason() {
        return reason;
    }

    /** Sequence of the event of the last auction that ended, 0 where the last one waited for nobody. */
    long event() {
        return current == capacity || numbers[current] == 0 ? 0 : events.sequence(current);
    }

    /** Number of the last auction's requests: the bidder is 0. */
    long auction() {
        return id(current);
    }

    /** Whom a bidder of the last auction was to ask. */
    int service(final int bidder) {
        return services[current * widest + bidder];
    }

    /** Number of the requests of a slot's auction: the bidder is 0. */
    long id(final int slot) {
        return BidNumber.of(numbers[slot], slot);
    }

    /** Whether the auction of a number is open. */
    boolean isOpen(final int slot, final long id) {
        return windows[slot].isOpen() && id(slot) == id;
    }

    /** Slot of the first auction whose requests have not left, or {@link #NONE}. */
    int firstUnsent() {
        while (unsentCount > 0) {
            final int slot = unsent[unsentHead];
            if (windows[slot].isOpen()) {
                return slot;
            }
            sent(); // over before it left: in a journal, or since the engine closes
        }
        return NONE;
    }

    /** The first has left. */
    void sent() {
        queued[unsent[unsentHead]] = false;
        unsentHead = (unsentHead + 1) & (capacity - 1);
        unsentCount--;
    }

    BidWindow window(final int slot) {
        return windows[slot];
    }

    long windowNs(final int slot) {
        return windowsNs[slot];
    }

    Request request(final Request into, final int slot, final int bidder) {
        final int at = slot * widest + bidder;
        return into.wrap(shard, id(slot) | bidder, agents[at], services[at], windowsNs[slot])
                .payload(payloads, at * maxPayload, lengths[at]);
    }

    int capacity() {
        return capacity;
    }

    /** How many wait; any thread. */
    int openCount() {
        return (int) open.get();
    }

    /** Whether an event's decision waits for bids. */
    boolean isAwaited(final long correlationId) {
        for (int slot = 0; slot < capacity && open.get() > 0; slot++) {
            if (windows[slot].isOpen() && events.correlationId(slot) == correlationId) {
                return true;
            }
        }
        return false;
    }

    AskedCounts counts() {
        return counts;
    }

    /** Whether there was never anything to wait for. */
    boolean isUntouched() {
        return number == 0;
    }

    /** What the state hash takes of it; 0 while nothing was asked. */
    long digest() {
        if (number == 0) {
            return 0;
        }
        long hash = Subjects.mix(number ^ KEY);
        for (int slot = 0; slot < capacity; slot++) {
            if (windows[slot].isOpen()) {
                hash = Subjects.mix(hash ^ numbers[slot]);
                hash = Subjects.mix(hash ^ events.sequence(slot));
                for (int i = 0; i < windows[slot].count(); i++) {
                    hash = Subjects.mix(hash ^ windows[slot].bidMicros(i));
                    hash = windows[slot].isAwaited(i) ? ~hash : hash;
                }
            }
        }
        return hash == 0 ? 1 : hash;
    }

    void save(final SnapshotWriter out) {
        out.putInts(shape, 0, shape.length);
        out.putLong(number);
        out.putLongs(numbers, 0, capacity);
        for (int slot = 0; slot < capacity; slot++) {
            out.putInt(windows[slot].isOpen() ? 1 : 0);
            if (windows[slot].isOpen()) {
                save(out, slot);
            }
        }
    }

    private void save(final SnapshotWriter out, final int slot) {
        events.save(out, slot);
        out.putLong(windowsNs[slot]);
        windows[slot].save(out);
        for (int at = slot * widest; at < slot * widest + windows[slot].count(); at++) {
            out.putInt(services[at]);
            out.putInt(agents[at]);
            out.putInt(lengths[at]);
            out.putBytes(payloads.byteArray(), at * maxPayload, lengths[at]);
        }
    }

    void load(final SnapshotReader in) {
        final int[] written = new int[shape.length];
        in.getInts(written, 0, written.length);
        if (!Arrays.equals(written, shape)) {
            throw new EngineException("the snapshot has auctions of the shape " + Arrays.toString(written)
                    + " (open, bidders, features, bytes of a frame, of a request), this launch "
                    + Arrays.toString(shape) + "; launch with the limits and the outside that it was written with");
        }
        number = in.getLong();
        in.getLongs(numbers, 0, capacity);
        open.add(-open.get());
        for (int slot = 0; slot < capacity; slot++) {
            windows[slot].close();
            if (in.getInt() == 1) {
                load(in, slot);
                queue(slot);
                open.increment();
            }
        }
    }

    private void load(final SnapshotReader in, final int slot) {
        events.load(in, slot);
        windowsNs[slot] = in.getLong();
        windows[slot].load(in);
        for (int at = slot * widest; at < slot * widest + windows[slot].count(); at++) {
            services[at] = in.getInt();
            agents[at] = in.getInt();
            lengths[at] = in.getInt();
            in.getBytes(payloads.byteArray(), at * maxPayload, lengths[at]);
        }
    }
}
