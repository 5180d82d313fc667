package io.tagma.perf.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.tools.fraud.FraudWorld;
import io.tagma.tools.fraud.RankingQuality;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every variant does the same job: the same scores to the last bit, however it is driven, and a journal with every decision. */
class DecidersTest {
    private static final int EVENTS = 20_000;
    private static final FraudWorld WORLD = new FraudWorld(7, 500, 1_000, 30, 5, FraudWorld.HANDBOOK_START);

    private static Payments payments;
    private static DecisionSink expected;

    @TempDir
    Path directory;

    @BeforeAll
    static void decideInPlainJava(@TempDir final Path directory) {
        payments = Payments.of(WORLD, EVENTS);
        expected = new DecisionSink(EVENTS);
        try (Decider plain = new PlainDecider(payments, directory, expected, false)) {
            plain.run(EVENTS);
        }
    }

    @Test
    void thereIsSomethingToLearn() {
        final RankingQuality quality = expected.quality(payments, EVENTS, false);
        assertThat(payments.outcomeNs(0)).isLessThan(payments.timeNs(EVENTS / 2));
        assertThat(quality.fraudCount()).isGreaterThan(100);
        assertThat(quality.rocAuc()).isGreaterThan(0.6);
    }

    @ParameterizedTest
    @EnumSource(value = Variant.class, names = "FLOOR", mode = EnumSource.Mode.EXCLUDE)
    void decidesAsPlainJavaDoes(final Variant variant) {
        assumeTrue(!variant.isRedis() || RedisServer.installed(), "redis-server is not installed");
        for (final Threading threading : new Threading[] {Threading.CALLER, Threading.DEDICATED}) {
            if (threading == Threading.CALLER || variant.isTagma()) {
                final DecisionSink sink = new DecisionSink(EVENTS);
                final Path own = Scratch.fresh(directory, threading.name());
                try (Decider decider = variant.factory(threading).create(payments, own, sink)) {
                    decider.run(EVENTS / 3);
                    decider.run(EVENTS);
                }
                check(variant, sink, own);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Variant.class, names = "FLOOR", mode = EnumSource.Mode.EXCLUDE)
    void decidesTheSameOneByOne(final Variant variant) {
        assumeTrue(!variant.isRedis() || RedisServer.installed(), "redis-server is not installed");
        final DecisionSink sink = new DecisionSink(EVENTS);
        final Path own = Scratch.fresh(directory, "paced");
        try (Decider decider = variant.factory(Threading.CALLER).create(payments, own, sink)) {
            Variant.advance(decider, EVENTS / 2);
            int next = EVENTS / 2;
            while (next < EVENTS) {
                next += decider.start(next, Math.min(100, EVENTS - next));
            }
            while (sink.decided() < EVENTS) {
                Thread.onSpinWait();
            }
        }
        check(variant, sink, own);
    }

    private static void check(final Variant variant, final DecisionSink sink, final Path directory) {
        assertThat(sink.decided()).isEqualTo(EVENTS);
        final BitSet journaled = JournaledDecisions.read(variant, directory);
        assertThat(journaled.cardinality()).isEqualTo(EVENTS);
        if (variant.isOneModel()) {
            for (int i = 0; i < EVENTS; i++) {
                assertThat(Float.floatToRawIntBits(sink.score(i)))
                        .as("payment %d", i)
                        .isEqualTo(Float.floatToRawIntBits(expected.score(i)));
            }
        } else {
            assertThat(sink.quality(payments, EVENTS, variant.scoresProbabilities())
                            .rocAuc())
                    .isGreaterThan(expected.quality(payments, EVENTS, false).rocAuc() - 0.05);
        }
    }
}
