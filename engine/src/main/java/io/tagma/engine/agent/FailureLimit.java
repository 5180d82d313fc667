package io.tagma.engine.agent;

import org.jspecify.annotations.Nullable;

/**
 * How often an agent may fail on one shard before it is switched off there: OTP's restart intensity and period, with inputs of the shard
 * for time, so that a replay counts as the live run did. Immutable.
 *
 * @param most failures that are let pass within {@code inputs}; the next one is too many; 0 for no limit
 * @param inputs of the shard, that of the failure included; 0 where there is no limit
 */
public record FailureLimit(int most, int inputs) {
    /** An agent that fails is made anew for ever. */
    public static final FailureLimit NONE = new FailureLimit(0, 0);

    /** The greatest limit, which is also what is kept of an agent that fails: 8 bytes each. */
    public static final int GREATEST = 1 << 16;

    private static final char BETWEEN = '/';

    /** Rejects what cannot work. */
    public FailureLimit {
        final boolean none = most == 0 && inputs == 0;
        if (!none && (most < 1 || most > GREATEST || inputs < 2)) {
            throw new IllegalArgumentException("tagma.faults.agentFailures must be 0/0, which sets no limit, or 1 to "
                    + GREATEST + " failures within 2 or more inputs, e.g. 1000/10000: " + most + BETWEEN + inputs);
        }
    }

    /** Whether there is one. */
    public boolean isSet() {
        return most != 0;
    }

    /** The limit that {@link #toString} wrote; none where nothing was written. */
    public static FailureLimit parse(final @Nullable String text) {
        if (text == null) {
            return NONE;
        }
        final int between = text.indexOf(BETWEEN);
        try {
            return new FailureLimit(
                    Integer.parseInt(text.substring(0, Math.max(0, between))),
                    Integer.parseInt(text.substring(between + 1)));
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(
                    "a limit of failures is written as failures/inputs, e.g. 1000/10000: " + text, e);
        }
    }

    /** Failures, a slash, inputs. */
    @Override
    public String toString() {
        return most + String.valueOf(BETWEEN) + inputs;
    }
}
