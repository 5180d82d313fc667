package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.council.variable.VariableText;
import io.tagma.engine.ingest.sbe.CouncilFrameDecoder;
import io.tagma.engine.ingest.sbe.CouncilFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameSlotLayout;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What passes between shards about changes to variables: numbered by origin as referrals are, never lost, and taken once. It does not
 * fill up: each proposal is on its way to a shard at most twice, asked about and settled, and {@link ShardVariables} bounds how many
 * are open. Owned by the shard's thread.
 */
final class CouncilLane {
    // More than twice ShardVariables.MAX_OPEN, and what shards propose that have not been answered.
    private static final int FRAMES = 256;
    private static final int FIXED = MessageHeaderEncoder.ENCODED_LENGTH
            + CouncilFrameEncoder.BLOCK_LENGTH
            + CouncilFrameEncoder.nameHeaderLength()
            + CouncilFrameEncoder.valueHeaderLength();

    private final int shard;
    private final int slotLength;
    private final Outbox[] outboxes;
    private final long[] last;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final CouncilFrameEncoder out = new CouncilFrameEncoder();
    private final CouncilFrameDecoder in = new CouncilFrameDecoder();

    /** What one frame says beside its name and value. */
    record Matter(int kind, long proposal, long version, int by, int yes, int no, boolean applied) {}

    CouncilLane(final EngineContext context, final int shard) {
        this.slotLength = context.slotLength();
        for (final VariableTerms terms : context.variables()) {
            final int value = Math.max(
                    VariableText.mostBytes(terms.spec()), context.agents().size());
            final int longest = FIXED + terms.spec().name().length() + value + FrameSlotLayout.SLOT_HEADER_LENGTH;
            if (longest > slotLength) {
                throw new EngineException("variable " + terms.spec().name() + " needs frames of " + longest
                        + " bytes between shards; raise tagma.slotLength from " + slotLength);
            }
        }
        this.shard = shard;
        this.outboxes = new Outbox[context.shards()];
        this.last = new long[context.shards()];
        for (int i = 0; i < outboxes.length; i++) {
            outboxes[i] = new Outbox(i == shard ? 1 : FRAMES, slotLength);
        }
    }

    /** Whether a proposal fits a frame. */
    boolean fits(final String name, final String value) {
        return FIXED + utf8Length(name) + utf8Length(value) + FrameSlotLayout.SLOT_HEADER_LENGTH <= slotLength;
    }

    private static int utf8Length(final String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Sends a frame; its value is text, or a ballot's votes. */
    void send(final int target, final Matter matter, final String name, final byte[] value, final long timeNs) {
        final Outbox outbox = outboxes[target];
        if (!outbox.hasRoom()) {
            throw new IllegalStateException("shard " + target + " has " + FRAMES + " frames of the council to take");
        }
        final byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        out.wrapAndApplyHeader(outbox.buffer(), outbox.nextOffset(), header)
                .originSequence(outbox.nextSequence())
                .timeNs(timeNs)
                .proposal(matter.proposal())
                .version(matter.version())
                .by(matter.by())
                .originShard(shard)
                .yes(matter.yes())
                .no(matter.no())
                .kind((short) matter.kind())
                .applied((short) (matter.applied() ? 1 : 0))
                .reserved(0)
                .putName(nameBytes, 0, nameBytes.length)
                .putValue(value, 0, value.length);
        outbox.added(FIXED + nameBytes.length + value.length);
    }

    /** Points to a frame of another shard; null when it is of none, or was taken before. */
    @Nullable
    CouncilFrameDecoder take(final DirectBuffer buffer, final int offset) {
        in.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                CouncilFrameDecoder.BLOCK_LENGTH,
                CouncilFrameDecoder.SCHEMA_VERSION);
        final int origin = in.originShard();
        if (origin < 0 || origin >= last.length || origin == shard || in.originSequence() <= last[origin]) {
            return null;
        }
        last[origin] = in.originSequence();
        return in;
    }

    /** Sends a target what it can; true when nothing is left. */
    boolean flush(final int target, final FrameRing ring) {
        return outboxes[target].flush(ring, 0);
    }

    boolean isEmpty(final int target) {
        return outboxes[target].isEmpty();
    }

    /** In a replay nothing is sent. */
    void discard() {
        for (final Outbox outbox : outboxes) {
            outbox.discard();
        }
    }

    /** What this shard sent and the target has not journaled is sent again. */
    void resume(final int target, final CouncilLane of) {
        final long lost = outboxes[target].resumeAfter(of.last[shard]);
        if (lost > 0) {
            throw new EngineException("the journal of shard " + target + " lacks " + lost
                    + " frames of the council of shard " + shard
                    + " that are not kept any more: its journal was cut; restore the journals of all shards"
                    + " from one copy");
        }
    }

    /** What the one before had not put into a target's ring yet goes there. */
    void resumeBehind(final CouncilLane before) {
        for (int target = 0; target < outboxes.length; target++) {
            outboxes[target].resumeAfter(before.outboxes[target].lastSent());
        }
    }

    void save(final SnapshotWriter target) {
        for (final Outbox outbox : outboxes) {
            outbox.save(target);
        }
        target.putLongs(last, 0, last.length);
    }

    void load(final SnapshotReader source) {
        for (final Outbox outbox : outboxes) {
            outbox.load(source);
        }
        source.getLongs(last, 0, last.length);
    }
}
