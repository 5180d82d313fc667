package io.tagma.perf.store;

import io.tagma.store.JournalAppender;
import io.tagma.store.JournalConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to journal a batch of frames of {@value #FRAME_LENGTH} bytes as one excerpt: divide by the batch for one frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class JournalBenchmark {
    private static final int FRAME_LENGTH = 72;

    /** Frames in an excerpt. */
    @Param({"1", "64", "1024"})
    public int batch;

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[FRAME_LENGTH]);
    private Path directory;
    private JournalAppender journal;
    private long sequence;

    /** Opens a fresh journal, so that no iteration pays for the files of another. */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        directory = Files.createTempDirectory("tagma-journal-");
        journal = JournalAppender.open(JournalConfig.of(directory));
        sequence = 0;
    }

    /** Closes and deletes it. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        journal.close();
        try (Stream<Path> all = Files.walk(directory)) {
            final List<Path> deepestFirst =
                    all.sorted(Comparator.reverseOrder()).toList();
            for (final Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }

    /** One batch. */
    @Benchmark
    public long commit() {
        journal.begin(1, sequence, sequence);
        for (int i = 0; i < batch; i++) {
            frame.putLong(0, sequence++);
            journal.append(frame, 0, FRAME_LENGTH);
        }
        final long index = journal.commit();
        if (index < 0) {
            throw new IllegalStateException("the journal took nothing: " + index);
        }
        return index;
    }
}
