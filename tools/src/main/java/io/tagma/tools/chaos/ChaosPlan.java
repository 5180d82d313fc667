package io.tagma.tools.chaos;

import io.tagma.engine.ingest.Subjects;
import io.tagma.tools.ToolException;

/**
 * What goes wrong at which event: one fault in each block of events but the first, where, of which kind and to whom being a pure
 * function of the seed. It is noted in the journal, so that a replay throws what was thrown. Immutable.
 *
 * @param seed of all that is random
 * @param every events of a block
 */
public record ChaosPlan(long seed, long every) {
    /** The property under which a journal holds it. */
    public static final String PROPERTY = "chaos";

    private static final ChaosKind[] KINDS = ChaosKind.values();

    /** Later blocks by weight: a hang on a shard's own thread holds up all events behind it, so there are fewer. */
    private static final ChaosKind[] WEIGHTED = {
        ChaosKind.KILL,
        ChaosKind.KILL,
        ChaosKind.KILL,
        ChaosKind.POISON,
        ChaosKind.POISON,
        ChaosKind.ALLOCATE,
        ChaosKind.ALLOCATE,
        ChaosKind.HANG,
        ChaosKind.HANG,
        ChaosKind.SHARD_HANG
    };

    private static final int EVENT = 1;
    private static final int KIND = 2;
    private static final int AGENT = 3;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Rejects what cannot be meant. */
    public ChaosPlan {
        if (every < 2) {
            throw new IllegalArgumentException("a block must have at least 2 events: " + every);
        }
    }

    /** What {@link #toString} wrote. */
    public static ChaosPlan parse(final String text) {
        final int colon = text.indexOf('/');
        try {
            return new ChaosPlan(Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
        } catch (final IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ToolException("the journal's property chaos must be SEED/EVENTS, e.g. 7/100000: " + text);
        }
    }

    @Override
    public String toString() {
        return seed + "/" + every;
    }

    /** The block of an event, from 0. */
    public long block(final long event) {
        return Math.floorDiv(event, every);
    }

    /** The event of a block at which something goes wrong; none in the first, in which the code is compiled. */
    public long event(final long block) {
        return block < 1 ? Long.MIN_VALUE : block * every + Math.floorMod(draw(block, EVENT), every);
    }

    /** What goes wrong in a block. The first five have one of each. */
    public ChaosKind kind(final long block) {
        if (block > KINDS.length) {
            return WEIGHTED[Math.floorMod(draw(block, KIND), WEIGHTED.length)];
        }
        return KINDS[Math.floorMod(draw(0, KIND) + block, KINDS.length)];
    }

    /** To which of so many agents. */
    public int agent(final long block, final int agents) {
        return Math.floorMod(draw(block, AGENT), agents);
    }

    private long draw(final long block, final int what) {
        return Subjects.mix(Subjects.mix(seed + GOLDEN * what) + GOLDEN * block);
    }
}
