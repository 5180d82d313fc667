package io.tagma.tools.crash;

import io.tagma.store.Damage;
import io.tagma.store.Repair;
import io.tagma.store.StoreRepair;
import io.tagma.store.StoreVerifier;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Flips single bytes all over a directory that an engine left, each in a block of 4 KiB of its own, and counts: how many blocks
 * {@code verify} names, what the readers hand out that is not as it was, what {@code repair} restores. Used by one thread.
 */
final class FlipTest {
    private static final int BLOCK = 4096;
    private static final int USED = 2 << 20; // a queue's file is mostly hole behind what was written
    private static final double SHARE_IN_USED = 0.8;
    private static final int MOST_TRIES = 1000;
    private static final int EVENTS = 20_000;
    private static final int WARM_ROWS = 4000;
    private static final long READ_LIMIT_SECONDS = 120;

    private final Terminal terminal;
    private final Path before;
    private final Path directory;
    private final Map<String, Object> counts = new LinkedHashMap<>();

    FlipTest(final Terminal terminal, final Path parent) {
        this.terminal = terminal;
        before = parent.resolve("before");
        directory = parent.resolve("flipped");
    }

    /** Runs; true when each flip was found, none was handed out as good, and repair restored all. */
    boolean run(final int flips, final long seed) throws IOException {
        terminal.live("running an engine");
        make(seed);
        terminal.live("flipping " + flips + " bytes");
        final Set<String> flipped = flip(flips, seed);
        terminal.endLive();
        final Set<String> named = named();
        final TreeSet<String> missed = new TreeSet<>(flipped);
        missed.removeAll(named);
        final TreeSet<String> strays = new TreeSet<>(named);
        strays.removeAll(flipped);
        count("flipped", flips);
        count("found", flips - missed.size());
        count("not_found", missed.size());
        count("named_but_whole", strays.size());
        missed.forEach(block -> terminal.out().println("NOT FOUND " + block));

        final String read = read();
        count("read_whole", numberAfter(read, "same "));
        count("served_damaged", numberAfter(read, "wrong "));

        final List<Repair> repairs = StoreRepair.run(directory, before);
        final long fromCopy = repairs.stream()
                .filter(repair -> repair.what().contains("copied"))
                .count();
        count("restored_from_parity", repairs.stream().filter(Repair::done).count() - fromCopy);
        count("restored_from_copy", fromCopy);
        final long differ = differing();
        count("files_that_differ_after_repair", differ);
        return missed.isEmpty() && strays.isEmpty() && numberAfter(read, "wrong ") == 0 && differ == 0;
    }

    /** The counts as JSON. */
    Map<String, ?> json() {
        return counts;
    }

    private void count(final String name, final long value) {
        counts.put(name, value);
        terminal.out().printf(Locale.ROOT, "%-32s%,d%n", name.replace('_', ' '), value);
    }

    private void make(final long seed) throws IOException {
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        final PrintStream quiet = new PrintStream(said, true, StandardCharsets.UTF_8);
        final int code = Tagma.execute(
                new Terminal(quiet, quiet, false),
                "run",
                "--dir",
                before.toString(),
                "--events",
                Integer.toString(EVENTS),
                "--seed",
                Long.toString(seed),
                "--warm-rows",
                Integer.toString(WARM_ROWS));
        if (code != Tagma.EXIT_OK) {
            throw new ToolException("the run before the flips failed: " + said.toString(StandardCharsets.UTF_8));
        }
        for (final String file : files(before)) {
            final Path target = directory.resolve(file);
            Files.createDirectories(target.resolve("..").normalize());
            Files.copy(before.resolve(file), target);
        }
    }

    private Set<String> flip(final int flips, final long seed) throws IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> files = files(directory).stream()
                .filter(file -> !file.startsWith("integrity") && !file.equals("lock"))
                .toList();
        final TreeSet<String> blocks = new TreeSet<>();
        int tries = 0;
        while (blocks.size() < flips) {
            if (tries++ > flips * MOST_TRIES) {
                throw ToolException.usage("--flip: the directory has not so many blocks: " + flips);
            }
            final String file = files.get(random.nextInt(files.size()));
            try (RandomAccessFile data =
                    new RandomAccessFile(directory.resolve(file).toFile(), "rw")) {
                final long length = data.length();
                final long size = random.nextDouble() < SHARE_IN_USED ? Math.min(length, USED) : length;
                final long at = size == 0 ? 0 : random.nextLong(size);
                if (size > 0 && blocks.add(file + " at byte " + at / BLOCK * BLOCK)) {
                    data.seek(at);
                    final int value = data.read();
                    data.seek(at);
                    data.write(value ^ (1 + random.nextInt(255)));
                }
            }
        }
        return blocks;
    }

    private Set<String> named() {
        final TreeSet<String> named = new TreeSet<>();
        for (final Damage damage : new StoreVerifier(directory).verify().damage()) {
            named.add(directory.relativize(Path.of(damage.file())) + " at byte " + damage.offset());
        }
        return named;
    }

    private String read() throws IOException {
        final Path said = directory.resolveSibling("read.log");
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(CrashRound.inheritedFlags());
        command.addAll(List.of("-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"));
        command.addAll(List.of(
                System.getProperty("java.class.path"),
                DamagedReading.class.getName(),
                before.toString(),
                directory.toString()));
        final Process reader = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (!reader.waitFor(READ_LIMIT_SECONDS, TimeUnit.SECONDS) || reader.exitValue() != 0) {
                throw new ToolException("reading the damaged directory did not come to its end; see " + said);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException("interrupted");
        } finally {
            reader.destroyForcibly();
        }
        return Files.readString(said);
    }

    private static long numberAfter(final String text, final String label) {
        final int at = text.lastIndexOf(label);
        if (at < 0) {
            throw new ToolException("the reader of the damaged directory said nothing of '" + label.trim() + "'");
        }
        return Long.parseLong(text.substring(at + label.length()).split("\\s", -1)[0]);
    }

    private long differing() throws IOException {
        long differ = 0;
        for (final String file : files(before)) {
            if (Files.mismatch(before.resolve(file), directory.resolve(file)) >= 0) {
                terminal.out().println("DIFFERS " + file);
                differ++;
            }
        }
        return differ;
    }

    private static List<String> files(final Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }
}
