package io.tagma.perf.decision;

import io.tagma.ring.DutyCycleConfig.Threading;
import java.util.Arrays;
import java.util.Optional;

/** The ways of doing the job that are compared, in the order in which they are run and shown. Immutable. */
enum Variant {
    FLOOR("floor", "the harness alone: loop, clock, pacing"),
    TAGMA("tagma", "Tagma, one model"),
    TAGMA_AGENTS("tagma-agents", "Tagma, four agents that vote"),
    PLAIN("plain", "single-threaded Java, 64 KiB of journal buffered"),
    PLAIN_STRICT("plain-strict", "the same, one write per record"),
    NAIVE("naive", "one lock, a context copy per agent, nothing cached"),
    PEKKO("pekko", "Apache Pekko typed, 64 KiB of journal buffered"),
    PEKKO_STRICT("pekko-strict", "the same, one write per record"),
    REDIS_1("redis-1", "local Redis, two round trips per decision"),
    REDIS_64("redis-64", "local Redis, two round trips per 64 decisions");

    private static final int REDIS_BATCH = 64;
    private static final int REDIS_PREFIX = 100_000;
    private static final int REDIS_1_EVENTS = 30_000;
    private static final int REDIS_64_EVENTS = 400_000;

    private final String label;
    private final String description;

    Variant(final String label, final String description) {
        this.label = label;
        this.description = description;
    }

    /** Its name in summaries and on the command line. */
    String label() {
        return label;
    }

    /** What it is, in a few words. */
    String description() {
        return description;
    }

    /** The variant of a name. */
    static Optional<Variant> of(final String label) {
        return Arrays.stream(values())
                .filter(variant -> variant.label.equals(label))
                .findFirst();
    }

    /** Whether it decides anything. */
    boolean decides() {
        return this != FLOOR;
    }

    boolean isTagma() {
        return this == TAGMA || this == TAGMA_AGENTS;
    }

    boolean isRedis() {
        return this == REDIS_1 || this == REDIS_64;
    }

    /** Whether its scores are probabilities; log-odds otherwise. */
    boolean scoresProbabilities() {
        return this == TAGMA_AGENTS;
    }

    /** Whether it is one model over the same features, so that quality must agree with the plain variant's. */
    boolean isOneModel() {
        return decides() && this != TAGMA_AGENTS;
    }

    /** Payments decided before the clock starts: only Redis, which is too slow for the whole stream, starts in the middle. */
    int prefix(final int count) {
        return isRedis() ? Math.min(REDIS_PREFIX, count / 2) : 0;
    }

    /** Payments decided in one measured run, the prefix included. */
    int last(final int count) {
        return switch (this) {
            case REDIS_1 -> Math.min(count, prefix(count) + REDIS_1_EVENTS);
            case REDIS_64 -> Math.min(count, prefix(count) + REDIS_64_EVENTS);
            default -> count;
        };
    }

    /** How to make it for throughput, where only Tagma has a choice of {@code threading}. */
    Decider.Factory factory(final Threading threading) {
        return switch (this) {
            case FLOOR -> (payments, directory, sink) -> new FloorDecider(payments, sink);
            case TAGMA -> (payments, directory, sink) -> new TagmaDecider(payments, directory, sink, false, threading);
            case TAGMA_AGENTS ->
                (payments, directory, sink) -> new TagmaDecider(payments, directory, sink, true, threading);
            case PLAIN -> (payments, directory, sink) -> new PlainDecider(payments, directory, sink, false);
            case PLAIN_STRICT -> (payments, directory, sink) -> new PlainDecider(payments, directory, sink, true);
            case NAIVE -> NaiveDecider::new;
            case PEKKO -> (payments, directory, sink) -> new PekkoDecider(payments, directory, sink, false);
            case PEKKO_STRICT -> (payments, directory, sink) -> new PekkoDecider(payments, directory, sink, true);
            case REDIS_1 -> (payments, directory, sink) -> new RedisDecider(payments, directory, sink, 1);
            case REDIS_64 -> (payments, directory, sink) -> new RedisDecider(payments, directory, sink, REDIS_BATCH);
        };
    }

    /** Brings a fresh decider to the middle of the stream. */
    static void advance(final Decider decider, final int to) {
        if (decider instanceof RedisDecider redis) {
            redis.run(to, REDIS_BATCH);
        } else {
            decider.run(to);
        }
    }
}
