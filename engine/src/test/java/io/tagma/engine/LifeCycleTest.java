package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that was closed leaves nothing behind, however often it is launched. */
class LifeCycleTest {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final int TIMES = Boolean.getBoolean("tagma.slow") ? 100 : 6;
    private static final Workload WORKLOAD = Workload.of(17, 50);

    @TempDir
    Path temporary;

    @Test
    void leavesNoThreadNoMappedFileAndNoTemporaryDirectory() throws IOException {
        Assumptions.assumeTrue(Files.isReadable(MAPS), "needs /proc");
        live(0); // what a first engine loads for good: kernels, the logger's and the library's own threads
        final Set<String> threads = threads();
        final Set<String> directories = temporaryDirectories();
        for (int i = 1; i <= TIMES; i++) {
            live(i);
        }
        assertThat(mapped()).as("files of engines that are still mapped").isEmpty();
        assertThat(threads()).as("threads").isSubsetOf(threads);
        assertThat(temporaryDirectories()).as("temporary directories").isSubsetOf(directories);
    }

    private void live(final int i) {
        final EngineContext context = Team.context(temporary.resolve("engine-" + i % 3))
                .threading(i % 2 == 0 ? Threading.DEDICATED : Threading.SHARED)
                .shards(1 + i % 3)
                .audit(true)
                .histograms(true)
                .jmx(true);
        context.limits().warmRows(i % 3 == 1 ? io.tagma.store.TierConfig.LEAST_WARM : 0);
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

    /** All but metadata.cq4t, a queue's table of contents: the library leaves one or two mappings of it behind for each queue opened. */
    private Set<String> mapped() throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains(temporary.toString()) && !line.contains("metadata.cq4t"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.contains("ForkJoinPool") && !name.startsWith("junit"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
