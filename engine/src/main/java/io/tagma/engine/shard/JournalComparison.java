package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.sbe.CouncilFrameDecoder;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.FaultFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.StampedMessageFrameDecoder;
import io.tagma.engine.ingest.sbe.StateHashFrameDecoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two recordings of one shard held against each other: inputs, decisions, state hashes. Memory does not grow with the journals.
 * Used by one thread.
 *
 * <p>A decision holds every ballot to the last bit, so a state that went wrong shows in the first decision that it has a part in;
 * one that shows in no decision shows in the next journaled hash. Between the last hash that agrees and there, the recordings
 * themselves tell no more; two replays do, see {@link ReplayBisection}.
 */
public final class JournalComparison {
    /** What differs. */
    public enum Kind {
        /** The recordings are not of the same inputs. */
        INPUT,
        /** A decision or a fault. */
        OUTPUT,
        /** The state, though no decision up to there shows it. */
        STATE_HASH
    }

    /**
     * The first difference.
     *
     * @param sequence of the input that differs, or after which output or state do
     * @param agreed the last sequence before it after which both recordings have the same state hash, 0 for none
     * @param one what the first recording has
     * @param other what the second has
     */
    public record Difference(Kind kind, long sequence, long agreed, String one, String other) {}

    /**
     * What was compared.
     *
     * @param inputs that both have
     * @param outputs decisions and faults that both have
     * @param hashes state hashes at sequences where both have one
     * @param first the first difference, null for none
     */
    public record Result(
            long inputs,
            long outputs,
            long hashes,
            @Nullable Difference first) {}

    private static final int INGEST_BYTES = Long.BYTES;

    private final int shard;
    private final Path one;
    private final Path other;
    private byte[] bytes = new byte[512];
    private byte[] otherBytes = new byte[512];
    private long agreed;

    private JournalComparison(final int shard, final Path one, final Path other) {
        this.shard = shard;
        this.one = one;
        this.other = other;
    }

    /**
     * Compares a shard's journals as far as the shorter one goes.
     *
     * @throws EngineException when one is damaged
     */
    public static Result compare(final int shard, final Path one, final Path other) {
        return new JournalComparison(shard, one, other).run();
    }

    private record Part(long compared, @Nullable Difference difference) {}

    private interface Comparison {
        Part of(FrameCursor a, FrameCursor b);
    }

    private Result run() {
        final Part inputs = walk(ExcerptType.INPUT, this::inputs);
        final Part outputs = walk(ExcerptType.OUTPUT, this::outputs);
        final Difference seen = first(inputs.difference(), outputs.difference(), null);
        final long limit = seen == null ? Long.MAX_VALUE : seen.sequence();
        final Part hashes = walk(ExcerptType.OUTPUT, (a, b) -> hashes(a, b, limit));
        final Difference first = first(inputs.difference(), outputs.difference(), hashes.difference());
        return new Result(
                inputs.compared(),
                outputs.compared(),
                hashes.compared(),
                first == null
                        ? null
                        : new Difference(first.kind(), first.sequence(), agreed, first.one(), first.other()));
    }

    // At one sequence the input comes before what follows from it.
    private static @Nullable Difference first(final @Nullable Difference... found) {
        return Stream.of(found)
                .filter(Objects::nonNull)
                .min(Comparator.comparingLong(Difference::sequence).thenComparing(Difference::kind))
                .orElse(null);
    }

    private Part walk(final int type, final Comparison comparison) {
        try (FrameCursor a = new FrameCursor(one, type);
                FrameCursor b = new FrameCursor(other, type)) {
            return comparison.of(a, b);
        }
    }

    private Part inputs(final FrameCursor a, final FrameCursor b) {
        long count = 0;
        while (a.next() && b.next()) {
            if (count == 0 && a.sequence() != b.sequence()) {
                throw new EngineException("the journals of shard " + shard + " begin with inputs " + a.sequence()
                        + " and " + b.sequence() + ": compare recordings that have the same beginning");
            }
            count++;
            if (!same(a, b, true)) {
                return new Part(
                        count,
                        new Difference(
                                Kind.INPUT, a.sequence(), 0, describeInput(a), describeInput(b) + differs(a, b)));
            }
        }
        return new Part(count, null);
    }

    private String differs(final FrameCursor a, final FrameCursor b) {
        return "; first different byte " + Arrays.mismatch(bytes, 0, a.length(), otherBytes, 0, b.length());
    }

    private static String describeInput(final FrameCursor input) {
        return "input of kind " + input.template() + ", #" + input.longAt(0) + ", " + input.length() + " bytes";
    }

    private Part outputs(final FrameCursor a, final FrameCursor b) {
        long count = 0;
        while (nextButHash(a) && nextButHash(b)) {
            count++;
            final boolean decisions = a.template() == b.template() && a.template() == DecisionFrameDecoder.TEMPLATE_ID;
            // A fault's text may hold an object's address.
            final boolean equal = decisions ? same(a, b, false) : describe(a).equals(describe(b));
            if (!equal) {
                return new Part(
                        count,
                        new Difference(
                                Kind.OUTPUT,
                                Math.min(outputSequence(a), outputSequence(b)),
                                0,
                                describe(a),
                                describe(b)));
            }
        }
        return new Part(count, null);
    }

    private static boolean nextButHash(final FrameCursor cursor) {
        while (cursor.next()) {
            if (cursor.template() != StateHashFrameDecoder.TEMPLATE_ID) {
                return true;
            }
        }
        return false;
    }

    private static boolean nextHash(final FrameCursor cursor) {
        while (cursor.next()) {
            if (cursor.template() == StateHashFrameDecoder.TEMPLATE_ID) {
                return true;
            }
        }
        return false;
    }

    private static long outputSequence(final FrameCursor output) {
        return output.longAt(0); // every output begins with it
    }

    private String describe(final FrameCursor output) {
        if (output.template() == DecisionFrameDecoder.TEMPLATE_ID) {
            final Decision decision = new Decision().wrap(shard, output.buffer(), output.offset());
            final StringBuilder text = new StringBuilder(OutputCheck.describe(decision)).append(" ballots");
            for (int i = 0; i < decision.ballotCount(); i++) {
                text.append(' ').append(decision.ballot(i));
            }
            return text.toString();
        }
        return output.template() == FaultFrameDecoder.TEMPLATE_ID
                ? "fault at " + outputSequence(output)
                : "output of kind " + output.template() + " at " + outputSequence(output);
    }

    /** Joins hashes by sequence: recordings may have journaled them at other intervals. */
    private Part hashes(final FrameCursor a, final FrameCursor b, final long limit) {
        long count = 0;
        boolean more = nextHash(a) && nextHash(b);
        while (more) {
            final long at = outputSequence(a);
            final long otherAt = outputSequence(b);
            if (at < otherAt) {
                more = nextHash(a);
            } else if (otherAt < at) {
                more = nextHash(b);
            } else {
                count++;
                final long hash = a.longAt(StateHashFrameDecoder.hashEncodingOffset());
                final long otherHash = b.longAt(StateHashFrameDecoder.hashEncodingOffset());
                if (hash != otherHash) {
                    return new Part(
                            count,
                            new Difference(
                                    Kind.STATE_HASH, at, 0, StateHashes.format(hash), StateHashes.format(otherHash)));
                }
                agreed = at < limit ? at : agreed;
                more = nextHash(a) && nextHash(b);
            }
        }
        return new Part(count, null);
    }

    private boolean same(final FrameCursor a, final FrameCursor b, final boolean input) {
        final int longer = Math.max(a.length(), b.length());
        if (bytes.length < longer) {
            bytes = new byte[2 * longer];
            otherBytes = new byte[2 * longer];
        }
        copy(a, bytes, input);
        copy(b, otherBytes, input);
        return Arrays.equals(bytes, 0, a.length(), otherBytes, 0, b.length());
    }

    /** The submitting clock is another in each recording; nothing follows from it. */
    private static void copy(final FrameCursor frame, final byte[] into, final boolean input) {
        frame.buffer().getBytes(frame.offset(), into, 0, frame.length());
        final boolean ofShard = frame.template() == MessageFrameDecoder.TEMPLATE_ID
                || frame.template() == StampedMessageFrameDecoder.TEMPLATE_ID
                || frame.template() == CouncilFrameDecoder.TEMPLATE_ID;
        if (input && !ofShard) {
            final int at = MessageHeaderDecoder.ENCODED_LENGTH + FrameTimes.ingestAt(frame.template());
            Arrays.fill(into, at, at + INGEST_BYTES, (byte) 0);
        }
    }
}
