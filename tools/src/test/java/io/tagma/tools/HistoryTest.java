package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a row was, and putting it back. */
class HistoryTest {
    private static final String CARD = "card:1";

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void run() {
        directory = temporary.resolve("d");
        ok("run", "--input", Payments.write(temporary.resolve("payments.csv"), 3_000), "--dir", directory);
    }

    @Test
    void theVersionsEndWithTheRowAsItIs() {
        final List<String> versions = versions("--limit", "5");
        assertThat(versions).hasSize(5);

        final String last = sequenceOf(versions.getLast());
        assertThat(floats("profile", directory, CARD, "--at", last)).isEqualTo(floats("profile", directory, CARD));
        final String earlier = sequenceOf(versions.get(2));
        assertThat(floats("profile", directory, CARD, "--at", earlier))
                .isNotEqualTo(floats("profile", directory, CARD));
        assertThat(versions("--limit", "100", "--at", earlier).getLast()).startsWith("  " + earlier + " ");
    }

    @Test
    void aRollbackPutsTheRowBackIsReplayedAndIsItselfUndone() {
        final List<String> now = floats("profile", directory, CARD);
        final String to = sequenceOf(versions("--limit", "4").getFirst());
        final List<String> then = floats("profile", directory, CARD, "--at", to);

        final Invocation rollback = ok("rollback", directory, CARD, "--to", to);

        assertThat(floats("profile", directory, CARD)).isEqualTo(then).isNotEqualTo(now);
        ok("replay", directory, "--verify");
        final String undo = rollback.out().lines().toList().getLast();
        ok("rollback", directory, CARD, "--to", undo.substring(undo.lastIndexOf(' ') + 1));
        assertThat(floats("profile", directory, CARD)).isEqualTo(now);
        ok("replay", directory, "--verify");
    }

    @Test
    void saysWhatItCannotDo() {
        assertThat(Invocation.of("profile", directory, "card:4711", "--history").err())
                .contains("card:4711", "nothing happened to it yet");
        assertThat(Invocation.of("profile", directory, CARD, "--at", "999999").err())
                .contains("no input 999999 yet", "ends with");
        assertThat(Invocation.of("profile", directory, CARD, "--at", "0").err()).contains("after input 0");
        assertThat(Invocation.of("profile", directory, CARD, "--history", "--limit", "0")
                        .err())
                .contains("--limit must be at least 1");
        assertThat(Invocation.of("rollback", directory, CARD).err()).contains("--to");
        assertThat(Invocation.of("rollback", directory, "card:4711", "--to", "5")
                        .err())
                .contains("card:4711", "--history");
    }

    private List<String> versions(final Object... options) {
        final Object[] arguments = new Object[options.length + 4];
        arguments[0] = "profile";
        arguments[1] = directory;
        arguments[2] = CARD;
        arguments[3] = "--history";
        System.arraycopy(options, 0, arguments, 4, options.length);
        return ok(arguments).out().lines().skip(1).toList();
    }

    private static String sequenceOf(final String version) {
        return version.trim().split(" ", 2)[0];
    }

    private static List<String> floats(final Object... arguments) {
        return ok(arguments)
                .out()
                .lines()
                .dropWhile(line -> !line.startsWith("  count (1 d)"))
                .toList();
    }

    private static Invocation ok(final Object... arguments) {
        final Invocation invocation = Invocation.of(arguments);
        assertThat(invocation.code()).as(invocation.err()).isEqualTo(Tagma.EXIT_OK);
        return invocation;
    }
}
