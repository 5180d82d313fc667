package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.HungShard;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.observe.StallLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that never comes back on a shard's own thread: it is named, the other shard goes on, and closing leaves alone what the thread may
 * still write to.
 */
@Timeout(120)
class HungShardTest {
    private static final int EVENTS = 500;

    @TempDir
    Path directory;

    @Test
    void itIsNamedAndTheOtherShardGoesOn() {
        final CountDownLatch gate = new CountDownLatch(1);
        final EngineContext context = HungShard.context(directory, gate);
        final Engine engine = Engine.launch(context);
        try (engine) {
            HungShard.submit(engine, HungShard.BAD_EVENT, HungShard.userOf(0));
            final StallLog log = engine.observers().watchdog().log(0);
            await().atMost(Duration.ofSeconds(60)).until(() -> hangs(log.open()));
            assertThat(Objects.requireNonNull(log.open()).stack()).anyMatch(frame -> frame.contains("Deaf.handle"));
            for (int i = 0; i < EVENTS; i++) {
                HungShard.submit(engine, 100 + i, HungShard.userOf(1));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> engine.shard(1).counters().decisions.get() == EVENTS);
            assertThat(engine.shard(0).counters().decisions.get()).isZero();
            assertThat(log.open()).as("it still hangs").isNotNull();
            gate.countDown();
        }
        assertThat(engine.shard(0).counters().decisions.get()).isEqualTo(1);
        assertThat(context.threads().alive()).isEmpty();
        assertThat(Engines.replay(HungShard.context(directory, gate))).isEqualTo(engine.stateHash());
    }

    private static boolean hangs(final @Nullable Stall stall) {
        return stall != null
                && stall.agent().equals("deaf")
                && stall.threadState().equals("WAITING");
    }

    /** In a process of its own, since what is left there stays open. Slow: closing waits for the thread as long as it does. */
    @Test
    @Tag("slow")
    void closingLeavesItItsFilesAndTheDirectoryStaysLockedWhileTheProcessLasts() {
        final CountDownLatch open = new CountDownLatch(0);
        try (ChildJvm child = ChildJvm.start(HungShard.class, directory)) {
            child.awaitLine("closed");
            assertThatThrownBy(() -> Engine.launch(HungShard.context(directory, open)))
                    .hasMessageContaining("is held by process " + child.pid());
            child.kill();
        }
        final Engine recovered = Engine.launch(HungShard.context(directory, open));
        recovered.close();
        assertThat(recovered.shard(0).failure()).isNull();
        assertThat(recovered.shard(0).sequence()).isEqualTo(1);
        assertThat(Engines.replay(HungShard.context(directory, open))).isEqualTo(recovered.stateHash());
    }
}
