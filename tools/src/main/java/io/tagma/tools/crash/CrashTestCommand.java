package io.tagma.tools.crash;

import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma crash-test}: kills engines and looks what is left. Used by one thread. */
@Command(
        name = "crash-test",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Kills engines (SIGKILL) while they decide payments, while they recover and while they hold a lock,"
                    + " launches them again,",
            "and compares: every acknowledged decision is there as it was told, the state is that of an uninterrupted"
                    + " replay, every",
            "decision is audited once. Exit 1 if not; the round's directory is then kept. With --flip, damages one"
                    + " instead."
        })
public final class CrashTestCommand implements Callable<Integer> {
    private static final int MOST_ROUNDS = 100_000;
    private static final int MOST_FLIPS = 1000;
    private static final String HEAD =
            "round  kills  %-14s  after ms  acknowledged  recovered  lost  audit  hash   recovery ms%n";
    private static final String ROW = "%5d  %5d  %-14s  %8d  %12d  %9d  %4d  %5d  %-5s  %11.0f%n";

    private final Terminal terminal;

    @Option(names = "--rounds", paramLabel = "N", description = "How many. Default: 20.")
    private int rounds = 20;

    @Option(
            names = "--flip",
            paramLabel = "N",
            description =
                    "Instead of killing: flip N bytes all over a directory, each in a block of its own, and count what"
                            + " verify finds, what is served, what repair restores.")
    private @Nullable Integer flips;

    @Option(
            names = "--seed",
            paramLabel = "X",
            description = "Seed of payments and of what is killed when. Default: 1.")
    private long seed = 1;

    @Option(
            names = "--dir",
            paramLabel = "D",
            description = "Where the directories are made. Default: a temporary one.")
    private @Nullable Path base;

    @Mixin
    private final JsonSummary summary = new JsonSummary();

    /** For the command line of a terminal. */
    public CrashTestCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw ToolException.usage("--rounds must be 1 to " + MOST_ROUNDS + ": " + rounds);
        }
        if (flips != null && (flips < 1 || flips > MOST_FLIPS)) {
            throw ToolException.usage("--flip must be 1 to " + MOST_FLIPS + ": " + flips);
        }
        summary.check();
        final Path parent = base == null ? Files.createTempDirectory("tagma-crash-") : Files.createDirectories(base);
        if (flips != null) {
            return flip(parent, flips);
        }
        final List<CrashResult> results = new ArrayList<>();
        terminal.out().printf(Locale.ROOT, HEAD, "killed while");
        for (int round = 1; round <= rounds; round++) {
            terminal.live("round " + round + " of " + rounds);
            final CrashResult result = run(round, parent);
            terminal.endLive();
            print(result);
            results.add(result);
        }
        total(results);
        summary.write(() -> json(results));
        final boolean whole = results.stream().allMatch(CrashResult::whole);
        if (base == null && whole) {
            delete(parent);
        }
        return whole ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private int flip(final Path parent, final int bytes) throws IOException {
        if (Files.exists(parent.resolve("flipped"))) {
            throw ToolException.usage(parent.resolve("flipped") + " exists: give --dir a new directory");
        }
        final FlipTest test = new FlipTest(terminal, parent);
        final boolean whole = test.run(bytes, seed);
        summary.write(test::json);
        if (base == null && whole) {
            delete(parent);
        }
        return whole ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private CrashResult run(final int round, final Path parent) throws IOException {
        final Path directory = parent.resolve("round-" + round);
        if (Files.exists(directory)) {
            throw ToolException.usage(directory + " exists: give --dir a new directory");
        }
        final CrashResult result = new CrashRound(round, directory, seed * MOST_ROUNDS + round).run();
        if (result.whole()) {
            delete(directory);
            delete(directory.resolveSibling(directory.getFileName() + ".side"));
        }
        return result;
    }

    private void print(final CrashResult result) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        ROW,
                        result.round(),
                        result.kills(),
                        result.how(),
                        Math.abs(result.killedAfterMs()),
                        result.acknowledged(),
                        result.recovered(),
                        result.lost(),
                        result.auditWrong(),
                        result.hashEqual() ? "equal" : "OTHER",
                        result.recoveryMs());
        if (result.failure() != null) {
            terminal.out().println("       " + result.failure());
        }
    }

    private void total(final List<CrashResult> results) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d rounds, %,d kills: %,d acknowledged, %,d lost, %,d audit records wrong, %,d hashes"
                                + " differ; recovery %.0f ms at most%n",
                        results.size(),
                        results.stream().mapToLong(CrashResult::kills).sum(),
                        results.stream().mapToLong(CrashResult::acknowledged).sum(),
                        results.stream().mapToLong(CrashResult::lost).sum(),
                        results.stream().mapToLong(CrashResult::auditWrong).sum(),
                        results.stream().filter(result -> !result.hashEqual()).count(),
                        results.stream()
                                .mapToDouble(CrashResult::recoveryMs)
                                .max()
                                .orElse(0));
    }

    private Map<String, Object> json(final List<CrashResult> results) {
        final List<Map<String, Object>> rows = new ArrayList<>();
        for (final CrashResult result : results) {
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("round", result.round());
            row.put("kills", result.kills());
            row.put("killed_while", result.how());
            row.put("killed_after_ms", Math.abs(result.killedAfterMs()));
            row.put("acknowledged", result.acknowledged());
            row.put("recovered", result.recovered());
            row.put("lost", result.lost());
            row.put("audit_wrong", result.auditWrong());
            row.put("hash_equal", result.hashEqual());
            row.put("recovery_ms", Math.round(result.recoveryMs()));
            row.put("failure", result.failure());
            rows.add(row);
        }
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("seed", seed);
        json.put("rounds", results.size());
        json.put("kills", results.stream().mapToLong(CrashResult::kills).sum());
        json.put(
                "acknowledged",
                results.stream().mapToLong(CrashResult::acknowledged).sum());
        json.put("lost", results.stream().mapToLong(CrashResult::lost).sum());
        json.put(
                "audit_wrong",
                results.stream().mapToLong(CrashResult::auditWrong).sum());
        json.put(
                "hashes_differ",
                results.stream().filter(result -> !result.hashEqual()).count());
        json.put("results", rows);
        return json;
    }

    private static void delete(final Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path directory, final @Nullable IOException failure)
                    throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
