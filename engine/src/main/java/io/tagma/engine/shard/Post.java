package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.sbe.MessageFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameEncoder;
import io.tagma.engine.ingest.sbe.StampedMessageFrameEncoder;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameSlotLayout;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What leaves one shard for another, and its own agents' mail: referrals and messages, numbered by origin so that the
 * target takes each once. Owned by the shard's thread.
 *
 * <p>Referrals go first and are never lost: a shard takes no more events while it has referrals to send. Messages have an outbox
 * of their own and must not hold up events, so agents that send more than the other shard takes lose some, which is counted.
 */
final class Post {
    /** Messages to other shards that one input may cause. */
    static final int MAX_SENDS_PER_INPUT = 4;

    private static final int PEER_SLOTS_PER_BATCH = 4;

    private final int shard;
    private final int agents;
    private final int maxFrameLength;
    private final Outbox[] referrals;
    private final Outbox[] messages;
    private final long[] lastReferral;
    private final long[] lastMessage;
    private final ShardCounters counters;
    private final Mailbox mailbox;
    private final @Nullable CouncilLane council;
    private final Causality causality;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ReferralFrameEncoder referral = new ReferralFrameEncoder();
    private final MessageFrameEncoder messageOut = new MessageFrameEncoder();
    private final MessageFrameDecoder messageIn = new MessageFrameDecoder();
    private final ReferralFrameDecoder referralIn = new ReferralFrameDecoder();
    private long nowNs;
    private int sentForInput;

    Post(final EngineContext context, final int shard, final int agents, final ShardCounters counters) {
        final int shards = context.shards();
        final int slotLength = context.slotLength();
        final int maxBatch = context.limits().maxBatch();
        // What the target may have taken from its ring but not journaled, what may lie in its ring, and one batch of
        // ours.
        final int inFlight = roundUp(maxBatch + peerSlots(context) + maxBatch);
        this.shard = shard;
        this.agents = agents;
        this.counters = counters;
        this.maxFrameLength = slotLength - FrameSlotLayout.SLOT_HEADER_LENGTH;
        this.referrals = new Outbox[shards];
        this.messages = new Outbox[shards];
        this.lastReferral = new long[shards];
        this.lastMessage = new long[shards];
        this.mailbox = new Mailbox(context.limits().mailboxCapacity(), slotLength);
        this.causality = new Causality(shard, shards, agents, context.limits().mailboxCapacity());
        this.council = shards == 1 || context.variables().isEmpty() ? null : new CouncilLane(context, shard);
        for (int i = 0; i < shards; i++) {
            referrals[i] = new Outbox(i == shard ? 1 : inFlight, slotLength);
            messages[i] = new Outbox(i == shard ? 1 : inFlight, slotLength);
        }
    }

    /** Slots of a ring between shards. */
    static int peerSlots(final EngineContext context) {
        return Math.min(context.ringCapacity(), roundUp(context.limits().maxBatch() * PEER_SLOTS_PER_BATCH));
    }

    private static int roundUp(final int slots) {
        return BitUtil.findNextPositivePowerOfTwo(slots);
    }

    /** A new input is being applied, at this stream time. */
    void beginInput(final long timeNs) {
        nowNs = timeNs;
        sentForInput = 0;
    }

    /** Stream time of the input that is being applied. */
    long nowNs() {
        return nowNs;
    }

    /** In a replay nothing is sent. */
    void discard() {
        for (int i = 0; i < referrals.length; i++) {
            referrals[i].discard();
            messages[i].discard();
        }
        if (council != null) {
            council.discard();
        }
    }

    /** Sends a target what it can, referrals first; true when no referral is left. */
    boolean flush(final int target, final FrameRing ring) {
        boolean clear = referrals[target].flush(ring, 0);
        if (clear && council != null) {
            clear = council.flush(target, ring);
        }
        if (clear) {
            messages[target].flush(ring, 0);
        }
        return clear;
    }

    /** Whether nothing is left for a target; any thread. */
    boolean isEmpty(final int target) {
        return referrals[target].isEmpty()
                && messages[target].isEmpty()
                && (council == null || council.isEmpty(target));
    }

    /** After both have replayed their journals: what this shard sent and the target has not journaled is sent again. */
    void resume(final int target, final Post of) {
        final long lostReferrals = referrals[target].resumeAfter(of.lastReferral[shard]);
        if (lostReferrals > 0) {
            throw new EngineException(
                    "the journal of shard " + target + " lacks " + lostReferrals + " frames of shard " + shard
                            + " that are not kept any more: its journal was cut; restore the journals of all shards"
                            + " from one copy");
        }
        messages[target].resumeAfter(of.lastMessage[shard]);
        if (council != null && of.council != null) {
            council.resume(target, of.council);
        }
    }

    /** After this shard was built anew while the others live: what the one before had not put into a target's ring yet goes there. */
    void resumeBehind(final Post before) {
        for (int target = 0; target < referrals.length; target++) {
            referrals[target].resumeAfter(before.referrals[target].lastSent());
            messages[target].resumeAfter(before.messages[target].lastSent());
        }
        if (council != null && before.council != null) {
            council.resumeBehind(before.council);
        }
    }

    /** What passes about variables; null with one shard, or where there are none. */
    @Nullable
    CouncilLane council() {
        return council;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    /** Whether a frame of another shard is new; a frame that was sent again after a crash is not. */
    private static boolean isNew(final long[] last, final int origin, final long originSequence) {
        if (originSequence <= last[origin]) {
            return false;
        }
        last[origin] = originSequence;
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
        return origin >= 0 && origin < lastReferral.length && isNew(lastReferral, origin, referralIn.originSequence());
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
        final Outbox outbox = referrals[target];
        final int values = task.valueCount() * Float.BYTES;
        final int features = task.featureCount() * Float.BYTES;
        final int length = MessageHeaderEncoder.ENCODED_LENGTH
                + ReferralFrameEncoder.BLOCK_LENGTH
                + 3 * Short.BYTES
                + values
                + features
                + task.textLength();
        if (length > maxFrameLength) {
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
        if (toShard < 0 || toShard >= messages.length || toAgent < 0 || toAgent >= agents) {
            return false;
        }
        if (toShard == shard) {
            return deposit(from, toAgent, kind, payload, offset, length);
        }
        final int frame = MessageHeaderEncoder.ENCODED_LENGTH + MessageFrameEncoder.BLOCK_LENGTH + Short.BYTES + length;
        final Outbox outbox = messages[toShard];
        // A quota for each input, not the room in the outbox, decides: room depends on how fast the other shard is, and
        // what an agent is told must be a function of the journal.
        if (frame > maxFrameLength || sentForInput == MAX_SENDS_PER_INPUT) {
            return false;
        }
        sentForInput++;
        if (causality.isKept()) {
            causality.sends(from);
        }
        if (!outbox.hasRoom()) {
            outbox.lost();
            counters.lostMessages.increment();
            return true;
        }
        messageOut
                .wrapAndApplyHeader(outbox.buffer(), outbox.nextOffset(), header)
                .fromAgent(from)
                .toAgent(toAgent)
                .originShard(shard)
                .kind(kind)
                .originSequence(outbox.nextSequence())
                .timeNs(nowNs)
                .putPayload(payload, offset, length);
        outbox.added(frame + stamp(from, outbox.buffer(), outbox.nextOffset(), frame));
        return true;
    }

    private boolean deposit(
            final int from,
            final int toAgent,
            final int kind,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        if (!mailbox.put(from, toAgent, kind, nowNs, payload, offset, length)) {
            return false;
        }
        if (causality.isKept()) {
            causality.sends(from);
            causality.posted(from, mailbox.lastSlot());
        }
        return true;
    }

    /** Adds the sender's clock to a frame, or what of it fits; returns how many bytes. */
    private int stamp(final int from, final MutableDirectBuffer buffer, final int offset, final int frame) {
        final int room = maxFrameLength - frame - StampedMessageFrameEncoder.clockHeaderLength();
        if (!causality.isKept() || room < Causality.ownLength()) {
            return 0;
        }
        final int full = causality.encodedLength(from);
        final boolean whole = full <= room;
        final int length = whole ? full : Causality.ownLength();
        header.wrap(buffer, offset).templateId(StampedMessageFrameEncoder.TEMPLATE_ID);
        buffer.putShort(offset + frame, (short) length, ByteOrder.LITTLE_ENDIAN);
        causality.encode(from, whole, buffer, offset + frame + Short.BYTES);
        return Short.BYTES + length;
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
        if (origin < 0 || origin >= lastMessage.length || to < 0 || to >= agents) {
            return false;
        }
        if (!isNew(lastMessage, origin, messageIn.originSequence())) {
            return false;
        }
        final int length = messageIn.payloadLength();
        final int at = messageIn.limit() + MessageFrameDecoder.payloadHeaderLength();
        if (!mailbox.put(messageIn.fromAgent(), to, messageIn.kind(), messageIn.timeNs(), buffer, at, length)) {
            return false;
        }
        if (causality.isKept()) {
            final boolean stamped =
                    buffer.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN)
                            == StampedMessageFrameEncoder.TEMPLATE_ID;
            final int clock = stamped ? buffer.getShort(at + length, ByteOrder.LITTLE_ENDIAN) & 0xFFFF : 0;
            causality.decode(buffer, at + length + Short.BYTES, clock, mailbox.lastSlot());
        }
        return true;
    }

    /** The clocks of this shard's agents. */
    Causality causality() {
        return causality;
    }

    /** Points a flyweight to the first message in the mailbox, for who receives it now. */
    AgentMessage first(final AgentMessage message) {
        final AgentMessage first = mailbox.first(message);
        causality.received(mailbox.firstTo(), mailbox.firstSlot());
        first.stamp(causality.mail(mailbox.firstSlot()));
        return first;
    }

    void save(final SnapshotWriter out) {
        mailbox.save(out);
        for (int i = 0; i < referrals.length; i++) {
            referrals[i].save(out);
            messages[i].save(out);
        }
        out.putLongs(lastReferral, 0, lastReferral.length);
        out.putLongs(lastMessage, 0, lastMessage.length);
    }

    void load(final SnapshotReader in) {
        mailbox.load(in);
        for (int i = 0; i < referrals.length; i++) {
            referrals[i].load(in);
            messages[i].load(in);
        }
        in.getLongs(lastReferral, 0, lastReferral.length);
        in.getLongs(lastMessage, 0, lastMessage.length);
    }
}
