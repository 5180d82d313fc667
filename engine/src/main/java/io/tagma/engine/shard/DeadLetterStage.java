package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.SubjectNames;
import io.tagma.engine.ingest.sbe.AuctionFrameDecoder;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.FaultFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import io.tagma.engine.observe.Counter;
import io.tagma.store.AuditAppender;
import io.tagma.store.JournalTailer;
import io.tagma.store.StoreDirectory;
import io.tagma.store.TailerCode;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * Derives one shard's dead letters from its journal: each event on which enough agents failed, or on which none was left to
 * decide, exactly once, since the last letter tells where to go on. Reads the journal only where the shard says that an agent failed,
 * so a shard without faults is not read at all. Owned by the observers' thread.
 */
final class DeadLetterStage implements Agent {
    private static final int MAX_EXCERPTS_PER_CYCLE = 64;

    private final int shard;
    private final ShardDuty duty;
    private final int poisonFaults;
    private final int capacity;
    private final LetterFiles files;
    private final SubjectNames names;
    private final List<String> agents;
    private final List<String> intents;
    private final Path journal;
    private final Decision decision = new Decision();
    private final FaultFrameDecoder fault = new FaultFrameDecoder();
    private final AuctionFrameDecoder auction = new AuctionFrameDecoder();
    private long auctionSequence;
    private long auctionEvent;
    private final List<String> failed = new ArrayList<>();
    private final Counter dropped = new Counter();
    private final Counter failures = new Counter();
    private final Counter kept = new Counter();
    private @Nullable AuditAppender letters;
    private @Nullable JournalTailer outputs;
    private @Nullable JournalTailer inputs;
    private long failedSequence;
    private String reason = "";
    private long lastRecorded;
    private long position;
    private long target;
    private boolean scanning;

    /** A stage that goes on behind the last letter, or behind what was seen at an orderly close. */
    DeadLetterStage(final EngineContext context, final ShardDuty duty, final StoreDirectory directory) {
        this.duty = duty;
        this.shard = duty.core().parts().shard();
        this.poisonFaults = context.faults().poisonFaults();
        this.capacity = context.faults().deadLetters();
        this.names = context.subjectNames();
        this.agents = context.agents().stream()
                .map(AgentFactory::describe)
                .map(descriptor -> descriptor.name())
                .toList();
        this.intents = context.intents().stream().map(intent -> intent.name()).toList();
        this.files = new LetterFiles(directory, shard);
        this.journal = directory.journal(shard);
        if (files.exist()) {
            letters = AuditAppender.open(files.queue());
            lastRecorded = Math.max(0, letters.lastSequence());
            kept.add(files.count());
        }
        position = Math.max(lastRecorded, files.seen());
        if (position < duty.sequence()) {
            scanTo(duty.sequence()); // what a killed engine may have left
        }
    }

    @Override
    public int doWork() {
        if (!scanning) {
            final long sequence = duty.sequence();
            // Read behind the sequence: faults of inputs up to it are seen.
            if (duty.core().output().faultySequence() <= position) {
                position = Math.max(position, sequence);
                return 0;
            }
            scanTo(sequence);
        }
        return scan();
    }

    private void scanTo(final long sequence) {
        target = sequence;
        scanning = sequence > position;
        if (scanning) {
            failedSequence = 0;
            outputs()
                    .toSequence(
                            position); // not behind it: the hash that seals a journal has its last input's number too
        }
    }

    /** Opened where it is needed first: a journal without faults is not even opened. */
    private JournalTailer outputs() {
        JournalTailer opened = outputs;
        if (opened == null) {
            opened = JournalTailer.open(journal);
            outputs = opened;
        }
        return opened;
    }

    private JournalTailer inputs() {
        JournalTailer opened = inputs;
        if (opened == null) {
            opened = outputs().beside();
            inputs = opened;
        }
        return opened;
    }

    private int scan() {
        for (int work = 0; work < MAX_EXCERPTS_PER_CYCLE && scanning; work++) {
            final int code = outputs().next();
            if (code == TailerCode.END
                    || (code == TailerCode.EXCERPT && outputs().firstSequence() > target)) {
                position = target;
                scanning = false;
            } else if (code == TailerCode.EXCERPT && outputs().type() == ExcerptType.OUTPUT && !letters()) {
                failures.increment();
                scanning = false; // the disk refused a letter: none is skipped, all is read again
                return 0;
            }
        }
        return scanning ? 1 : 0;
    }

    /** False when the disk refused a letter. */
    private boolean letters() {
        final DirectBuffer buffer = outputs().buffer();
        for (int i = 0; i < outputs().count(); i++) {
            final int offset = outputs().frameOffset(i);
            final int template = template(buffer, offset);
            if (template == FaultFrameDecoder.TEMPLATE_ID) {
                noteFault(buffer, offset);
            } else if (template == AuctionFrameDecoder.TEMPLATE_ID) {
                auction.wrap(
                        buffer,
                        offset + MessageHeaderDecoder.ENCODED_LENGTH,
                        AuctionFrameDecoder.BLOCK_LENGTH,
                        AuctionFrameDecoder.SCHEMA_VERSION);
                auctionSequence = auction.sequence();
                auctionEvent = auction.eventSequence();
            } else if (template == DecisionFrameDecoder.TEMPLATE_ID) {
                decision.wrap(shard, buffer, offset);
                if (isPoison() && decision.sequence() > lastRecorded && !keep()) {
                    return false;
                }
            }
        }
        return true;
    }

    private void noteFault(final DirectBuffer buffer, final int offset) {
        fault.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                FaultFrameDecoder.BLOCK_LENGTH,
                FaultFrameDecoder.SCHEMA_VERSION);
        final String name = agents.get(fault.agent());
        if (fault.sequence() != failedSequence) {
            failedSequence = fault.sequence();
            failed.clear();
            final byte[] text = new byte[fault.reasonLength()];
            fault.getReason(text, 0, text.length);
            reason = new String(text, StandardCharsets.UTF_8);
        }
        if (!failed.contains(name)) {
            failed.add(name);
        }
    }

    private boolean isPoison() {
        return decision.sequence() == failedSequence
                && (failed.size() >= poisonFaults || decision.status() == Decision.FAILED);
    }

    private boolean keep() {
        if (kept.get() >= capacity) {
            dropped.increment();
            lastRecorded = decision.sequence();
            return true;
        }
        final boolean waited = decision.sequence() == auctionSequence; // for bids: its event came before
        final int at = findInput(waited ? auctionEvent : decision.sequence());
        if (at < 0) {
            return true; // a mended journal: the input is gone, and with it what could be submitted again
        }
        AuditAppender appender = letters;
        if (appender == null) {
            appender = AuditAppender.open(files.create());
            letters = appender;
        }
        appender.begin(decision.sequence(), outputs().timeNs());
        final DirectBuffer buffer = inputs().buffer();
        final int offset = inputs().frameOffset(at);
        subjects(appender, buffer, offset);
        appender.text("intent", decision.intent() < 0 ? "" : intents.get(decision.intent()))
                .text("status", Decision.describe(decision.status()))
                .text("agents", String.join(",", failed))
                .text("reason", reason);
        final byte[] frame = new byte[inputs().frameLength(at)];
        buffer.getBytes(offset, frame);
        appender.text("frame", HexFormat.of().formatHex(frame));
        if (appender.commit() < 0) {
            return false;
        }
        lastRecorded = decision.sequence();
        kept.increment();
        return true;
    }

    private void subjects(final AuditAppender appender, final DirectBuffer buffer, final int offset) {
        final boolean own = template(buffer, offset) == EventFrameDecoder.TEMPLATE_ID;
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final int subject =
                own ? EventFrameDecoder.subjectEncodingOffset() : ReferralFrameDecoder.subjectEncodingOffset();
        final int peer = own ? EventFrameDecoder.peerEncodingOffset() : ReferralFrameDecoder.peerEncodingOffset();
        final int time = own ? EventFrameDecoder.timeNsEncodingOffset() : ReferralFrameDecoder.timeNsEncodingOffset();
        appender.int64("shard", shard)
                .int64("correlationId", decision.correlationId())
                .int64("eventTimeNs", buffer.getLong(body + time, ByteOrder.LITTLE_ENDIAN))
                .text("subject", named(buffer.getLong(body + subject, ByteOrder.LITTLE_ENDIAN)))
                .text("peer", named(buffer.getLong(body + peer, ByteOrder.LITTLE_ENDIAN)));
    }

    private String named(final long subject) {
        final StringBuilder name = new StringBuilder();
        if (subject != 0) {
            names.append(subject, name);
        }
        return name.toString();
    }

    /** Index of an input's frame in the excerpt that {@code inputs} is then at, or -1. */
    private int findInput(final long sequence) {
        final int at = findInput(sequence, sequence);
        return at < 0
                ? findInput(sequence, sequence - 1)
                : at; // the excerpt that begins with it may be the seal of a journal
    }

    private int findInput(final long sequence, final long from) {
        inputs().toSequence(from);
        while (inputs().next() == TailerCode.EXCERPT && inputs().firstSequence() <= sequence) {
            final long at = sequence - inputs().firstSequence();
            if (inputs().type() == ExcerptType.INPUT && at < inputs().count()) {
                return (int) at;
            }
        }
        return -1;
    }

    private static int template(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    /** Letters that are kept; any thread. */
    long kept() {
        return kept.get();
    }

    /** Letters that found no room since the launch; any thread. */
    long dropped() {
        return dropped.get();
    }

    /** Times the disk refused a letter; it is tried again. Any thread. */
    long failures() {
        return failures.get();
    }

    @Override
    public void onClose() {
        // The shard has stopped: what is left is read now, so that the next launch need not. A scan that was under way
        // ends where the shard was when it began; another goes on from there, unless the disk refuses a letter.
        final long refused = failures.get();
        int work = doWork();
        while (work > 0 || (position < duty.sequence() && failures.get() == refused)) {
            work = doWork();
        }
        files.seen(position);
        CloseHelper.quietClose(inputs);
        CloseHelper.quietClose(outputs);
        if (letters != null) {
            letters.close();
        }
    }

    @Override
    public String roleName() {
        return "dead-letters-" + shard;
    }
}
