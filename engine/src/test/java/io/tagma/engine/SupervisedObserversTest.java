package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.supervise.TreeEntry;
import io.tagma.engine.supervise.TreeFile;
import io.tagma.engine.supervise.TreeNode;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMException;
import javax.management.ObjectName;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Observers that die: made anew, or given up with a reason; and the tree that shows every thread. */
@Timeout(60)
class SupervisedObserversTest {
    private static final Workload WORKLOAD = Workload.of(41, 400);
    private static final String TREE_THREAD = "observers/tree";

    /** How often the clock still fails the tree's thread. */
    private final AtomicInteger failures = new AtomicInteger();

    @TempDir
    Path directory;

    @Test
    void anObserverThatDiesIsMadeAnewAndTheOthersNeverEnd() throws IOException {
        try (Engine engine = Engine.launch(context())) {
            final List<String> before = threads(engine.observers().supervised());
            awaitTree(engine);
            failures.set(5);
            await().until(() -> failures.get() == 0);
            final long seen = TreeFile.read(directory.resolve(TreeFile.NAME)).epochMs();
            await().until(() -> TreeFile.read(directory.resolve(TreeFile.NAME)).epochMs() > seen);

            WORKLOAD.feed(engine);
            await().until(() -> engine.observers().auditRecords() == WORKLOAD.events());
            assertThat(engine.observers().failures()).isEqualTo(5);
            assertThat(engine.observers().givenUp()).isEmpty();
            assertThat(threads(engine.observers().supervised())).containsExactlyElementsOf(before);
            final TreeNode observers = engine.observers().supervised().getFirst();
            assertThat(observers.children())
                    .allSatisfy(child ->
                            assertThat(child.restarts()).isEqualTo(child.name().equals("tree") ? 5 : 0));
            assertThat(TreeFile.read(directory.resolve(TreeFile.NAME)).root().state())
                    .isEqualTo("running");
        }
    }

    @Test
    void anObserverThatKeepsDyingIsGivenUpWithItsReasonAndTheOthersGoOn() throws JMException {
        try (Engine engine = Engine.launch(context().name("half-blind").jmx(true))) {
            failures.set(Integer.MAX_VALUE);
            await().until(() -> !engine.observers().givenUp().isEmpty());
            assertThat(engine.observers().givenUp()).containsOnlyKeys("tree");
            assertThat(engine.observers().givenUp().get("tree"))
                    .contains("given up after 11 failures")
                    .contains("the clock is broken, as planned");
            assertThat(ManagementFactory.getPlatformMBeanServer()
                            .getAttribute(new ObjectName("io.tagma:type=Engine,engine=\"half-blind\""), "Degraded"))
                    .isNotNull();

            WORKLOAD.feed(engine);
            await().until(() -> engine.observers().auditRecords() == WORKLOAD.events());
            assertThat(threads(engine.observers().supervised()))
                    .contains("observers/audit-0", "observers/registry", "observers/prefault")
                    .doesNotContain(TREE_THREAD);
        }
    }

    @ParameterizedTest
    @EnumSource(Threading.class)
    void theTreeHoldsEveryThreadOfTheEngineAndNoOther(final Threading threading) throws IOException {
        final EngineContext context = context().threading(threading).shards(3);
        context.limits().snapshotInterval(100);
        final Engine engine = Engine.launch(context);
        try (engine) {
            WORKLOAD.feed(engine);
            awaitTree(engine);
            await().untilAsserted(() -> {
                final List<String> shown = new ArrayList<>();
                names(TreeFile.read(directory.resolve(TreeFile.NAME)).root(), shown);
                final List<String> alive = engine.context().threads().alive().stream()
                        .map(Thread::getName)
                        .toList();
                assertThat(shown).containsExactlyInAnyOrderElementsOf(alive);
            });
        }
        assertThat(engine.context().threads().alive()).isEmpty();
    }

    private void awaitTree(final Engine engine) {
        await().until(() ->
                engine.context().directory().resolve(TreeFile.NAME).toFile().exists());
    }

    private EngineContext context() {
        final EpochNanoClock right = new OffsetEpochNanoClock();
        return Team.context(directory)
                .overflowPolicy(OverflowPolicy.BLOCK)
                .threading(Threading.DEDICATED)
                .audit(true)
                .histograms(true)
                .reportIntervalNs(TimeUnit.MILLISECONDS.toNanos(2))
                .epochClock(() -> {
                    if (Thread.currentThread().getName().equals(TREE_THREAD) && failures.get() > 0) {
                        failures.decrementAndGet();
                        throw new IllegalStateException("the clock is broken, as planned");
                    }
                    return right.nanoTime();
                });
    }

    /** Names that the tree says of supervisors, their children and workers: all but the census itself. */
    private static void names(final TreeEntry node, final List<String> into) {
        if (node.kind().equals("threads")) {
            return;
        }
        if (node.detail().startsWith("thread ")) {
            into.add(node.detail().substring("thread ".length()).split(", ", -1)[0]);
        }
        node.children().forEach(child -> names(child, into));
    }

    private static List<String> threads(final List<TreeNode> nodes) {
        final List<String> names = new ArrayList<>();
        for (final TreeNode node : nodes) {
            if (!node.thread().isEmpty()) {
                names.add(node.thread());
            }
            names.addAll(threads(node.children()));
        }
        return names;
    }
}
