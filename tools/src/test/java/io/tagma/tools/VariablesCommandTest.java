package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma variables} on an engine at rest: proposals are voted on, refused with a code, gone back on, and replay. */
class VariablesCommandTest {
    @TempDir
    private Path directory;

    @Test
    void proposalsAreVotedOnRefusedGoneBackOnAndReplayed() {
        final Path dir = directory.resolve("run");
        assertThat(Invocation.of("run", "card-fraud", "--events", "500", "--shards", "2", "--dir", dir)
                        .code())
                .isZero();
        final Invocation done =
                Invocation.of("variables", dir, "propose", "weight.amount", "0.8", "--who", "ada", "--why", "nervous");
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out()).contains("weight.amount = 0.8  by ada (nervous)", "APPLIED, version 1, 8 yes, 0 no");
        final Invocation outvoted = Invocation.of("variables", dir, "propose", "weight.amount", "0.1", "--json");
        assertThat(outvoted.code()).isZero();
        assertThat(outvoted.out()).contains("\"dissent\":\"amount@0,amount@1\"", "\"applied\":true");
        final Invocation refused = Invocation.of("variables", dir, "propose", "weight.amount", "-0.1", "--json");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).contains("\"code\":\"OUT_OF_RANGE\"", "\"applied\":false", "must be 0.0 to 4.0");
        assertThat(Invocation.of("variables", dir, "propose", "wait", "1").err())
                .contains("nothing was changed", "UNKNOWN_VARIABLE");
        assertThat(Invocation.of("variables", dir, "rollback", "weight.amount", "0")
                        .out())
                .contains("weight.amount = 1.0", "version 3");
        assertThat(Invocation.of("variables", dir, "history", "weight.amount")
                        .out()
                        .lines())
                .hasSize(4);
        assertThat(Invocation.of("variables", dir, "list", "--json").out())
                .contains("\"version\":\"3\"", "\"type\":\"float\"");
        assertThat(Invocation.of("variables", dir, "hop").code()).isEqualTo(2);
        assertThat(Invocation.of("variables", dir, "propose", "learning-rate").code())
                .isEqualTo(2);
        assertThat(Invocation.of("variables", dir, "rollback", "learning-rate", "x")
                        .code())
                .isEqualTo(2);
        final String halfAFloat = Double.toString(0.55f); // as an agent proposes it that computes with floats
        assertThat(halfAFloat).isEqualTo("0.550000011920929");
        assertThat(Invocation.of("variables", dir, "propose", "weight.amount", halfAFloat)
                        .code())
                .isZero();
        assertThat(Invocation.of("variables", dir, "list").out()).contains("weight.amount            0.55 x  (float");
        assertThat(Invocation.of("variables", dir, "history", "weight.amount").out())
                .contains("weight.amount = 0.55  by", "weight.amount = -0.1  by")
                .doesNotContain("0.5500");
        // So early, before any outcome, the rate cannot matter: nothing is better, and nothing is proposed.
        final Invocation search =
                Invocation.of("variables", dir, "optimise", "learning-rate", "--events", "100", "--candidates", "2");
        assertThat(search.code()).isEqualTo(1);
        assertThat(search.out()).contains("none was better than 1.0");
        assertThat(Invocation.of("replay", dir, "--verify").code()).isZero();
    }
}
