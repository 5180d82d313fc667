package io.tagma.tools.desk;

import io.tagma.engine.ingest.Subjects;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operator is like. Immutable.
 *
 * @param name unique
 * @param domain the capability it has
 * @param skill share of well-understood tasks that it resolves, 0 to 1
 * @param capacity load beyond which it declines, in tasks
 */
record OperatorSpec(String name, String domain, float skill, float capacity) {
    private static final float[] SKILLS = {0.97f, 0.92f, 0.85f};
    private static final float[] CAPACITIES = {4f, 8f, 16f};

    /** Three for each domain: an expert with a small desk, a good one, and one with room for everything else. */
    static List<OperatorSpec> staff(final List<String> domains) {
        final List<OperatorSpec> staff = new ArrayList<>();
        for (final String domain : domains) {
            for (int i = 0; i < SKILLS.length; i++) {
                staff.add(new OperatorSpec(domain + "-" + (i + 1), domain, SKILLS[i], CAPACITIES[i]));
            }
        }
        return staff;
    }

    /** Whether this operator resolves a task it was given: a draw that depends on operator and task alone. */
    boolean resolves(final long correlationId, final long seed) {
        final long drawn = Subjects.mix(correlationId * 0x9e37_79b9_7f4a_7c15L ^ seed ^ Subjects.named(1, name));
        return (drawn >>> 40) / (float) (1 << 24) < skill;
    }
}
