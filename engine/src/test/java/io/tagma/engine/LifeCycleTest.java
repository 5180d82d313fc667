package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.registry.RegistryConfig;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.TierConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that was closed leaves nothing behind, on whosever threads it ran and however often it is launched. */
class LifeCycleTest {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int KINDS = 5;
    private static final int TIMES = Boolean.getBoolean("tagma.slow") ? 100 : 2 * KINDS;
    private static final Workload WORKLOAD = Workload.of(17, 50);

    @TempDir
    Path temporary;

    @Test
    void leavesNoThreadNoMappedFileNoOpenFileAndNoTemporaryDirectory() throws IOException {
        Assumptions.assumeTrue(Files.isReadable(MAPS), "needs /proc");
        for (int i = 0; i < KINDS; i++) {
            live(i); // what a first engine loads for good: kernels, the logger's and the library's own threads
        }
        final Set<String> threads = threads();
        final Set<String> directories = temporaryDirectories();
        for (int i = 1; i <= TIMES; i++) {
            live(i);
        }
        assertThat(mapped()).as("files of engines that are still mapped").isEmpty();
        assertThat(open()).as("files of engines that are still open").isEmpty();
        assertThat(threads()).as("threads").isSubsetOf(threads);
        assertThat(temporaryDirectories()).as("temporary directories").isSubsetOf(directories);
    }

    /** Kind by kind: a thread a shard, one for all, the caller's with and without the observers, a pool. */
    private void live(final int i) throws IOException {
        final int kind = i % KINDS;
        final EngineContext context = Team.context(temporary.resolve("engine-" + i % 3))
                .threading(
                        switch (kind) {
                            case 0 -> Threading.DEDICATED;
                            case 1 -> Threading.SHARED;
                            case 2, 3 -> Threading.CALLER;
                            default -> Threading.ELASTIC;
                        })
                .observersStepped(kind == 3)
                .overflowPolicy(kind == 2 || kind == 3 ? OverflowPolicy.REJECT : OverflowPolicy.BLOCK)
                .shards(1 + i % 3)
                .decisionRingCapacity(64)
                .registry(i % 2 == 0 ? RegistryConfig.heap() : RegistryConfig.shared())
                .copyTo(Files.createDirectories(temporary.resolve("copies-" + i % 3)))
                .audit(true)
                .histograms(true)
                .jmx(true);
        context.limits().warmRows(i % 3 == 1 ? TierConfig.LEAST_WARM : 0);
        final Engine engine = Engine.launch(context);
        try (engine) {
            WORKLOAD.feed(engine);
        }
        assertThat(context.threads().alive()).isEmpty();
        assertThat(engine.shard(0).failure()).isNull();
    }

    /** A snapshot's or a warm-up's would be among them. */
    private static Set<String> temporaryDirectories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("tagma-warm-up-") || name.startsWith("tagma-replay-"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private List<String> mapped() throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains(temporary.toString()))
                    .map(line -> line.substring(line.indexOf('/')))
                    .toList();
        }
    }

    private List<String> open() throws IOException {
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors
                    .map(LifeCycleTest::target)
                    .filter(file -> file.startsWith(temporary.toString()))
                    .toList();
        }
    }

    private static String target(final Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (final IOException e) {
            return ""; // closed meanwhile: that of the listing itself
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.contains("ForkJoinPool") && !name.startsWith("junit"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
