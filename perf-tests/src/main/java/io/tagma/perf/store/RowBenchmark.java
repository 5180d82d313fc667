package io.tagma.perf.store;

import io.tagma.store.ProfileReader;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.ProfileStoreConfig;
import io.tagma.store.RowHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs the owner to find and update a row of 16 floats, and another thread to read one, over rows that fit a cache and rows that do not. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class RowBenchmark {
    private static final int DIMENSION = 16;
    private static final int STEP = 7919; // prime, so that all rows come, far from one another

    /** Rows, visited in an order that no prefetcher guesses. */
    @Param({"500", "15000"})
    public int rows;

    private final float[] floats = new float[DIMENSION];
    private final RowHeader header = new RowHeader();
    private Path directory;
    private ProfileStore store;
    private ProfileReader reader;
    private ProfileRow row;
    private int next;

    /** Makes the rows. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("tagma-rows-");
        final Path file = directory.resolve("rows.dat");
        store = ProfileStore.open(new ProfileStoreConfig(file, rows, DIMENSION, 1, 0, ProfileStoreConfig.Mode.CREATE));
        row = store.newRow();
        for (int i = 0; i < rows; i++) {
            row.wrap(store.acquireRow(i + 1L));
        }
        reader = ProfileReader.open(file);
    }

    /** Deletes them. */
    @TearDown
    public void close() throws IOException {
        reader.close();
        store.close();
        try (Stream<Path> all = Files.walk(directory)) {
            final List<Path> deepestFirst =
                    all.sorted(Comparator.reverseOrder()).toList();
            for (final Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }

    private long subject() {
        next = (next + STEP) % rows;
        return next + 1L;
    }

    /** Finds a row, changes all its floats and seals it. */
    @Benchmark
    public long update() {
        row.wrap(store.acquireRow(subject()));
        row.beginUpdate();
        for (int i = 0; i < DIMENSION; i++) {
            row.set(i, row.get(i) + 1f);
        }
        return row.endUpdate(next);
    }

    /** Finds a row and looks at one float. */
    @Benchmark
    public float find() {
        return row.wrap(store.rowAddress(subject())).get(0);
    }

    /** A consistent copy, checksum included, as another thread or process takes it. */
    @Benchmark
    public int read() {
        return reader.read(subject(), floats, header);
    }
}
