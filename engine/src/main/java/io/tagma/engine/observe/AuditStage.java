package io.tagma.engine.observe;

import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.SubjectNames;
import io.tagma.engine.ingest.sbe.AuctionFrameDecoder;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.store.AuditAppender;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;

/**
 * Derives one shard's audit from its journal: a self-describing record for each decision, each exactly once, since the
 * audit's own last record tells where to go on. Off the hot path, owned by the observer's thread.
 */
public final class AuditStage implements Agent {
    private static final int MAX_EXCERPTS_PER_CYCLE = 64;

    private final int shard;
    private final int inputType;
    private final int outputType;
    private final JournalTailer journal;
    private final AuditAppender audit;
    private final List<IntentSpec> intents;
    private final List<String> agents;
    private final SubjectNames names;
    private final Decision decision = new Decision();
    private final EventFrameDecoder event = new EventFrameDecoder();
    private final ReferralFrameDecoder referral = new ReferralFrameDecoder();
    private final AuctionFrameDecoder auction = new AuctionFrameDecoder();
    private final Counter damaged = new Counter();
    private final Counter failures = new Counter();
    private final StringBuilder name = new StringBuilder(64);
    private volatile boolean stalled;
    private long[] subjects = new long[1024];
    private long[] peers = new long[1024];
    private long[] timesNs = new long[1024];
    private long batchFirst;
    private int batchCount;
    private long lastRecorded;
    private long seen;
    private long wholeUpTo;
    private volatile long lastSeen;
    private volatile long caughtUpTo;

    /** A stage that goes on behind the audit's last record. */
    public AuditStage(
            final int shard,
            final int inputType,
            final int outputType,
            final JournalTailer journal,
            final AuditAppender audit,
            final List<IntentSpec> intents,
            final List<String> agents,
            final SubjectNames names) {
        this.shard = shard;
        this.inputType = inputType;
        this.outputType = outputType;
        this.journal = journal;
        this.audit = audit;
        this.intents = intents;
        this.agents = agents;
        this.names = names;
        this.lastRecorded = audit.lastSequence();
        goOn();
        this.seen = Math.max(0, lastRecorded);
        this.lastSeen = seen;
    }

    @Override
    public int doWork() {
        int work = 0;
        boolean refused = false;
        while (!refused && work < MAX_EXCERPTS_PER_CYCLE) {
            final int code = journal.next();
            if (code == TailerCode.END) {
                break;
            }
            work++;
            if (code == TailerCode.DAMAGED) {
                damaged.increment();
            } else if (journal.type() == inputType) {
                keepInputs();
            } else if (journal.type() == outputType) {
                refused = !record();
                // Not at the journal's end: that may lie between a batch's inputs and its outputs. A shard that stops
                // in order seals its journal with an output.
                wholeUpTo = refused ? wholeUpTo : seen;
            }
        }
        refused = refused || audit.flush() < 0;
        if (refused) {
            retry();
        } else if (work > 0) {
            lastSeen = seen;
            caughtUpTo = wholeUpTo;
        }
        if (refused || work > 0) {
            stalled = refused;
        }
        return refused ? 0 : work; // idles, and does not try again at once
    }

    private void keepInputs() {
        batchFirst = journal.firstSequence();
        batchCount = journal.count();
        if (batchCount > subjects.length) {
            subjects = Arrays.copyOf(subjects, 2 * batchCount);
            peers = Arrays.copyOf(peers, 2 * batchCount);
            timesNs = Arrays.copyOf(timesNs, 2 * batchCount);
        }
        final DirectBuffer buffer = journal.buffer();
        for (int i = 0; i < batchCount; i++) {
            final int offset = journal.frameOffset(i);
            final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
            final int template = template(buffer, offset);
            if (template == EventFrameDecoder.TEMPLATE_ID) {
                event.wrap(buffer, body, EventFrameDecoder.BLOCK_LENGTH, EventFrameDecoder.SCHEMA_VERSION);
                keep(i, event.subject(), event.peer(), event.timeNs());
            } else if (template == ReferralFrameDecoder.TEMPLATE_ID) {
                referral.wrap(buffer, body, ReferralFrameDecoder.BLOCK_LENGTH, ReferralFrameDecoder.SCHEMA_VERSION);
                keep(i, referral.subject(), referral.peer(), referral.timeNs());
            }
        }
        seen = batchFirst + batchCount - 1;
    }

    /** A decision whose event came before this batch. */
    private void keepAuction(final DirectBuffer buffer, final int offset) {
        auction.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                AuctionFrameDecoder.BLOCK_LENGTH,
                AuctionFrameDecoder.SCHEMA_VERSION);
        final long at = auction.sequence() - batchFirst;
        if (at >= 0 && at < batchCount) {
            keep((int) at, auction.subject(), auction.peer(), auction.timeNs());
        }
    }

    private void keep(final int i, final long subject, final long peer, final long timeNs) {
        subjects[i] = subject;
        peers[i] = peer;
        timesNs[i] = timeNs;
    }

    /** False when the disk refused a record. */
    private boolean record() {
        final DirectBuffer buffer = journal.buffer();
        for (int i = 0; i < journal.count(); i++) {
            final int offset = journal.frameOffset(i);
            final int template = template(buffer, offset);
            if (template == AuctionFrameDecoder.TEMPLATE_ID) {
                keepAuction(buffer, offset);
            } else if (template == DecisionFrameDecoder.TEMPLATE_ID) {
                decision.wrap(shard, buffer, offset);
                if (decision.sequence() > lastRecorded) {
                    if (!write()) {
                        return false;
                    }
                    lastRecorded = decision.sequence();
                }
            }
        }
        return true;
    }

    /** The disk refused a record: nothing is skipped, the same decisions are tried again in the next duty cycle. */
    private void retry() {
        failures.increment();
        lastRecorded = audit.lastSequence();
        seen = lastSeen;
        wholeUpTo = caughtUpTo;
        goOn();
    }

    private void goOn() {
        if (lastRecorded < 1 || !journal.toSequence(lastRecorded)) {
            journal.toStart();
        }
    }

    private boolean write() {
        audit.begin(decision.sequence(), journal.timeNs());
        audit.int64("shard", shard);
        audit.int64("correlationId", decision.correlationId());
        final long at = decision.sequence() - batchFirst;
        if (at >= 0 && at < batchCount) {
            audit.int64("eventTimeNs", timesNs[(int) at]);
            audit.text("subject", named(subjects[(int) at]));
            audit.text("peer", named(peers[(int) at]));
        }
        // An event that was refused before its text was classified has no intent.
        audit.text(
                "intent",
                decision.intent() < 0 ? "" : intents.get(decision.intent()).name());
        audit.text("status", Decision.describe(decision.status()));
        audit.int64("action", decision.action());
        if (decision.agent() >= 0) {
            audit.text("agent", agents.get(decision.agent()));
            audit.int64("priceMicros", decision.priceMicros());
        }
        if (decision.awardCount() > 0) {
            audit.text("awards", awards());
        }
        audit.float64("score", decision.score());
        audit.float64("outOfScope", decision.outOfScope());
        return audit.add() >= 0;
    }

    /** The slots from the best: {@code agent:price}, {@code -} for one that stayed empty. */
    private CharSequence awards() {
        name.setLength(0);
        for (int i = 0; i < decision.awardCount(); i++) {
            name.append(i == 0 ? "" : " ");
            if (decision.awardAgent(i) < 0) {
                name.append('-');
            } else {
                name.append(agents.get(decision.awardAgent(i))).append(':').append(decision.awardPriceMicros(i));
            }
        }
        return name;
    }

    private CharSequence named(final long subject) {
        name.setLength(0);
        names.append(subject, name);
        return name;
    }

    private static int template(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    /** Sequence of the last input seen, when what was recorded until then can be read; the shard's minus this is the audit's lag. */
    public long lastSeen() {
        return lastSeen;
    }

    /** Whether all outputs of inputs up to {@code sequence} are recorded; exact once the shard has stopped. */
    public boolean isCaughtUp(final long sequence) {
        return caughtUpTo >= sequence;
    }

    /** Records written since the launch. */
    public long records() {
        return audit.counters().frames();
    }

    /** Times the disk refused a record; it is tried again until it is there. */
    public long failures() {
        return failures.get();
    }

    /** Whether the disk refused a record and it waits to be written; those behind it wait in the journal. Any thread. */
    public boolean isPaused() {
        return stalled;
    }

    /** Damaged excerpts passed over. */
    public long damaged() {
        return damaged.get();
    }

    @Override
    public void onClose() {
        journal.close();
        audit.close();
    }

    @Override
    public String roleName() {
        return "audit-" + shard;
    }
}
