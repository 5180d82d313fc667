package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.sbe.MessageFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameEncoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What leaves one shard for another, and its own agents' mail: referrals and messages, numbered by origin so that the
 * target takes each once. Owned by the shard's thread.
 */
final class Post {
    /** Messages to other shards that one input may cause. */
    static final int MAX_SENDS_PER_INPUT = 4;

    /** Frames to one other shard that one input may cause: the messages and one referral. */
    static final int MAX_FRAMES_PER_INPUT = MAX_SENDS_PER_INPUT + 1;

    private final int shard;
    private final int agents;
    private final int slotLength;
    private final Outbox[] outboxes;
    private final long[] lastFrom;
    private final Mailbox mailbox;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ReferralFrameEncoder referral = new ReferralFrameEncoder();
    private final MessageFrameEncoder messageOut = new MessageFrameEncoder();
    private final MessageFrameDecoder messageIn = new MessageFrameDecoder();
    private final ReferralFrameDecoder referralIn = new ReferralFrameDecoder();
    private long nowNs;
    private int sentForInput;

    Post(
            final int shard,
            final int shards,
            final int agents,
            final int outboxCapacity,
            final int slotLength,
            final int mailboxCapacity) {
        this.shard = shard;
        this.agents = agents;
        this.slotLength = slotLength;
        this.outboxes = new Outbox[shards];
        this.lastFrom = new long[shards];
        this.mailbox = new Mailbox(mailboxCapacity, slotLength);
        for (int i = 0; i < shards; i++) {
            outboxes[i] = new Outbox(i == shard ? 1 : outboxCapacity, slotLength);
        }
    }

    /** A new input is being applied, at this stream time. */
    void beginInput(final long timeNs) {
        nowNs = timeNs;
        sentForInput = 0;
    }

    /** In a replay nothing is sent. */
    void discard() {
        for (final Outbox outbox : outboxes) {
            outbox.discard();
        }
    }

    Outbox outbox(final int target) {
        return outboxes[target];
    }

    Mailbox mailbox() {
        return mailbox;
    }

    long lastFrom(final int origin) {
        return lastFrom[origin];
    }

    /** Whether a frame of another shard is new; a frame that was sent again after a crash is not. */
    private boolean isNew(final int origin, final long originSequence) {
        if (originSequence <= lastFrom[origin]) {
            return false;
        }
        lastFrom[origin] = originSequence;
        return true;
    }

    /** Whether a referral is of a known shard and was not taken before. */
    boolean isNewReferral(final DirectBuffer buffer, final int offset) {
        referralIn.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                ReferralFrameDecoder.BLOCK_LENGTH,
                ReferralFrameDecoder.SCHEMA_VERSION);
        final int origin = referralIn.originShard();
        return origin >= 0 && origin < lastFrom.length && isNew(origin, referralIn.originSequence());
    }

    /** Stream time at which a message frame was sent. */
    long messageTimeNs(final DirectBuffer buffer, final int offset) {
        messageIn.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                MessageFrameDecoder.BLOCK_LENGTH,
                MessageFrameDecoder.SCHEMA_VERSION);
        return messageIn.timeNs();
    }

    /** Passes an event on with what this shard's row contributed; false when the frame would not fit a slot. */
    boolean refer(final int target, final Task task) {
        final Outbox outbox = outboxes[target];
        final int values = task.valueCount() * Float.BYTES;
        final int features = task.featureCount() * Float.BYTES;
        final int length = MessageHeaderEncoder.ENCODED_LENGTH
                + ReferralFrameEncoder.BLOCK_LENGTH
                + 3 * Short.BYTES
                + values
                + features
                + task.textLength();
        if (length > slotLength) {
            return false;
        }
        final MutableDirectBuffer buffer = outbox.buffer();
        final int offset = outbox.nextOffset();
        referral.wrapAndApplyHeader(buffer, offset, header)
                .correlationId(task.correlationId())
                .subject(task.subject())
                .peer(task.peer())
                .timeNs(task.timeNs())
                .ingestNs(task.ingestNs())
                .intent((short) task.intent())
                .frameClass((short) 0)
                .reserved((short) 0)
                .originShard(shard)
                .originSequence(outbox.nextSequence());
        int at = offset + MessageHeaderEncoder.ENCODED_LENGTH + ReferralFrameEncoder.BLOCK_LENGTH;
        buffer.putShort(at, (short) values, ByteOrder.LITTLE_ENDIAN);
        at += Short.BYTES;
        for (int i = 0; i < task.valueCount(); i++, at += Float.BYTES) {
            buffer.putFloat(at, task.value(i), ByteOrder.LITTLE_ENDIAN);
        }
        buffer.putShort(at, (short) features, ByteOrder.LITTLE_ENDIAN);
        at += Short.BYTES;
        for (int i = 0; i < task.featureCount(); i++, at += Float.BYTES) {
            buffer.putFloat(at, task.features()[i], ByteOrder.LITTLE_ENDIAN);
        }
        buffer.putShort(at, (short) task.textLength(), ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(at + Short.BYTES, task.buffer(), task.textOffset(), task.textLength());
        outbox.added(length);
        return true;
    }

    /** Sends a message: to this shard's mailbox, or over a ring to another shard's journal. */
    boolean send(
            final int from,
            final int toShard,
            final int toAgent,
            final int kind,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        if (toShard < 0 || toShard >= outboxes.length || toAgent < 0 || toAgent >= agents) {
            return false;
        }
        if (toShard == shard) {
            return mailbox.put(from, toAgent, kind, nowNs, payload, offset, length);
        }
        final int frame = MessageHeaderEncoder.ENCODED_LENGTH + MessageFrameEncoder.BLOCK_LENGTH + Short.BYTES + length;
        final Outbox outbox = outboxes[toShard];
        // A quota for each input, not the room in the outbox, decides: room depends on how fast the other shard is, and
        // what an agent is told must be a function of the journal.
        if (frame > slotLength || sentForInput == MAX_SENDS_PER_INPUT) {
            return false;
        }
        sentForInput++;
        messageOut
                .wrapAndApplyHeader(outbox.buffer(), outbox.nextOffset(), header)
                .fromAgent(from)
                .toAgent(toAgent)
                .originShard(shard)
                .kind(kind)
                .originSequence(outbox.nextSequence())
                .timeNs(nowNs)
                .putPayload(payload, offset, length);
        outbox.added(frame);
        return true;
    }

    /** Puts a message of another shard into the mailbox; false when it is a repetition, malformed or the mailbox is full. */
    boolean receive(final DirectBuffer buffer, final int offset) {
        messageIn.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                MessageFrameDecoder.BLOCK_LENGTH,
                MessageFrameDecoder.SCHEMA_VERSION);
        final int origin = messageIn.originShard();
        final int to = messageIn.toAgent();
        if (origin < 0 || origin >= lastFrom.length || to < 0 || to >= agents) {
            return false;
        }
        if (!isNew(origin, messageIn.originSequence())) {
            return false;
        }
        final int length = messageIn.payloadLength();
        final int at = messageIn.limit() + MessageFrameDecoder.payloadHeaderLength();
        return mailbox.put(messageIn.fromAgent(), to, messageIn.kind(), messageIn.timeNs(), buffer, at, length);
    }

    /** Points a flyweight to the first message in the mailbox. */
    AgentMessage first(final AgentMessage message) {
        return mailbox.first(message);
    }
}
