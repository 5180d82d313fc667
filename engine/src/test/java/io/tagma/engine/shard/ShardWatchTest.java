package io.tagma.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.observe.Stall;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a duty cycle counts as stalled, on a clock that the test moves. */
class ShardWatchTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LIMIT_NS = 50 * MS;
    private static final long INTERVAL_NS = 10 * MS;

    private final DutyBeat beat = new DutyBeat();
    private final AtomicBoolean waits = new AtomicBoolean();
    private final AtomicLong now = new AtomicLong();
    private final ShardWatch watch = new ShardWatch(3, beat, List::of, () -> 77, waits::get, LIMIT_NS);
    private final Watchdog.Rounds rounds = new Watchdog.Rounds(List.of(watch), now::get, INTERVAL_NS);

    private void pass(final long ms) {
        for (long i = 0; i < ms; i += 10) {
            now.addAndGet(INTERVAL_NS);
            rounds.doWork();
        }
    }

    @Test
    void aCycleThatLastsIsAStallUntilTheNextBegins() {
        beat.begin();
        pass(50);
        assertThat(watch.log().open()).isNull(); // the first look saw where it was
        pass(10);
        final Stall open = Objects.requireNonNull(watch.log().open());
        assertThat(open.shard()).isEqualTo(3);
        assertThat(open.sequence()).isEqualTo(77);
        assertThat(open.thread()).isEqualTo(Thread.currentThread().getName());
        assertThat(open.stack()).anyMatch(frame -> frame.contains("ShardWatchTest"));
        assertThat(open.detectedNs()).isEqualTo(60 * MS);
        pass(100);
        assertThat(watch.log().count()).isOne();
        beat.end();
        pass(10);
        assertThat(watch.log().open()).isNull();
        final Stall over = watch.log().recent().getLast();
        assertThat(over.isOver()).isTrue();
        assertThat(over.recoveredNs()).isEqualTo(170 * MS);
        assertThat(TimeUnit.NANOSECONDS.toMillis(over.stalledNs())).isBetween(150L, 170L);
        assertThat(watch.log().recoveries()).isOne();
        assertThat(watch.log().longestNs()).isEqualTo(over.stalledNs());
    }

    @Test
    void cyclesThatGoOnAndShardsThatRestAreNone() {
        for (int i = 0; i < 100; i++) {
            beat.begin();
            pass(40);
            beat.end();
        }
        pass(10_000);
        assertThat(watch.log().count()).isZero();
    }

    @Test
    void framesThatWaitForAThreadThatDoesNotComeAreAStall() {
        pass(20);
        waits.set(true);
        pass(40);
        assertThat(watch.log().open()).isNull();
        pass(10);
        assertThat(watch.log().open()).isNotNull();
        assertThat(watch.log().words()).contains("outside any agent", "77");
        waits.set(false);
        pass(10);
        assertThat(watch.log().open()).isNull();
    }

    @Test
    void whatStopsTheWatchdogTooIsNoShardsFault() {
        beat.begin();
        pass(20);
        now.addAndGet(10_000 * MS); // a machine that slept
        rounds.doWork();
        assertThat(watch.log().open()).isNull();
        pass(20);
        assertThat(watch.log().open()).isNotNull();
    }

    @Test
    void onlyTheLastFewAreKeptWhole() {
        for (int i = 0; i < 100; i++) {
            beat.begin();
            pass(60);
            beat.end();
            pass(10);
        }
        assertThat(watch.log().count()).isEqualTo(100);
        assertThat(watch.log().recoveries()).isEqualTo(100);
        assertThat(watch.log().recent()).hasSize(io.tagma.engine.observe.StallLog.KEPT);
    }
}
