package io.tagma.perf.decision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/** Kills a variant's JVM while it decides and looks whether every decision that it acknowledged is in its journal. Stateless. */
final class KillTest {
    private static final double LIFE_SECONDS = 1.2;

    private KillTest() {}

    /**
     * What a kill left.
     *
     * @param acknowledged decisions that were handed out before it
     * @param lost how many of those the journal lacks
     */
    record Result(long acknowledged, long lost) {
        boolean survived() {
            return acknowledged > 0 && lost == 0;
        }
    }

    /** Runs it in {@code directory}. */
    static Result run(final Variant variant, final Path directory, final int events, final long seed) {
        try (ChildProcess child = ChildProcess.start(variant, directory, events, seed)) {
            child.ask("survive");
            child.exited(LIFE_SECONDS);
            child.kill();
        }
        killServer(directory);
        final long acknowledged = acknowledged(directory);
        final BitSet journaled = JournaledDecisions.read(variant, directory.resolve("run"));
        return new Result(
                acknowledged,
                acknowledged - journaled.get(0, (int) acknowledged).cardinality());
    }

    private static void killServer(final Path directory) {
        final Path pid = directory.resolve(BenchChild.SERVER_PID);
        if (Files.exists(pid)) {
            try {
                ProcessHandle.of(Long.parseLong(Files.readString(pid))).ifPresent(server -> {
                    server.destroyForcibly();
                    server.onExit().join();
                });
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static long acknowledged(final Path directory) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(directory.resolve(BenchChild.ACKNOWLEDGEMENTS)))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
