package io.tagma.engine.council.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Variables change by a proposal, at its sequence, once; and can go back. */
class VariablesTest {
    private static final VariableSpec LIMIT = new VariableSpec.Real("limit", "EUR", 0, 1_000, 100);
    private static final VariableSpec RETRIES = new VariableSpec.Whole("retries", "", 0, 9, 3);
    private static final VariableSpec MODE = new VariableSpec.Category("mode", List.of("strict", "lenient"), "strict");
    private static final VariableSpec SHADOW = new VariableSpec.Flag("shadow", false);
    private static final VariableSpec BACKOFF = new VariableSpec.Composite(
            "backoff",
            List.of(
                    new VariableSpec.Real("base", "ms", 1, 100, 10),
                    new VariableSpec.Category("shape", List.of("linear", "doubling"), "linear")));

    private final List<String> ends = new ArrayList<>();
    private final Variables variables = variables();

    private Variables variables() {
        final VariablePolicy sixty = VariablePolicy.consensus(0.6);
        final VariablePolicy neverDown = (proposal, concerned) -> proposal.value() instanceof VariableValue.Whole whole
                        && whole.value() >= proposal.variable().whole()
                ? VariablePolicy.Finding.ACCEPTED
                : VariablePolicy.Finding.REJECTED;
        return new Variables(
                List.of(
                        new VariableDefinition(LIMIT, Set.of(1, 2, 3, 4, 5), sixty, 3),
                        new VariableDefinition(RETRIES, Set.of(1, 2), neverDown, 8),
                        new VariableDefinition(MODE, Set.of(1, 2), VariablePolicy.lastWriteWins(), 8),
                        new VariableDefinition(SHADOW, Set.of(1), VariablePolicy.consensus(1), 8),
                        new VariableDefinition(BACKOFF, Set.of(1, 2), VariablePolicy.lastWriteWins(), 8)),
                4,
                (proposal, fate) -> ends.add(proposal.number() + " " + fate));
    }

    private static void refused(final VariableAnswer answer, final VariableCode code, final String reason) {
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.reason()).contains(reason);
    }

    @Test
    void aChangeIsAppliedAtItsSequenceWhenEnoughAgree() {
        final Variable limit = variables.variable("limit");
        final long proposal =
                variables.propose("limit", VariableValue.of(250.0), 1, 10).proposal();
        assertThat(variables.vote(proposal, 2, true).ok()).isTrue();
        assertThat(variables.vote(proposal, 3, false).ok()).isTrue();
        assertThat(variables.open().getFirst().finding()).isEqualTo(VariablePolicy.Finding.OPEN);
        assertThat(variables.vote(proposal, 4, true).ok()).isTrue();
        assertThat(variables.open().getFirst().dissent()).containsExactly(3);
        assertThat(variables.advance(9)).isZero();
        assertThat(limit.real()).isEqualTo(100.0);
        assertThat(variables.advance(10)).isEqualTo(1);
        assertThat(limit.real()).isEqualTo(250.0);
        assertThat(limit.version()).isEqualTo(new VariableVersion(1, 10, VariableValue.of(250.0), 1, proposal));
        assertThat(variables.advance(11)).as("once").isZero();
        assertThat(ends).containsExactly(proposal + " APPLIED");
    }

    @Test
    void aProposalIsRejectedAsSoonAsItCannotCarryAndLapsesUndecided() {
        final long first =
                variables.propose("limit", VariableValue.of(1.0), 1, 10).proposal();
        variables.vote(first, 2, false);
        variables.vote(first, 3, false);
        assertThat(ends).isEmpty();
        variables.vote(first, 4, false);
        assertThat(ends).containsExactly(first + " REJECTED");
        refused(variables.vote(first, 5, true), VariableCode.NO_PROPOSAL, "proposal " + first);
        final long second =
                variables.propose("limit", VariableValue.of(1.0), 1, 10).proposal();
        variables.advance(50);
        assertThat(ends).containsExactly(first + " REJECTED", second + " LAPSED");
        assertThat(variables.variable("limit").real()).isEqualTo(100.0);
    }

    @Test
    void ofTwoThatAgreedOnAnotherStateOfThingsOneIsApplied() {
        final long first =
                variables.propose("limit", VariableValue.of(1.0), 1, 10).proposal();
        final long second =
                variables.propose("limit", VariableValue.of(2.0), 2, 10).proposal();
        for (int voter = 3; voter <= 5; voter++) {
            variables.vote(second, voter, true);
            variables.vote(first, voter, true);
        }
        assertThat(variables.advance(10)).isEqualTo(1);
        assertThat(variables.variable("limit").real()).isEqualTo(1.0);
        assertThat(ends).containsExactly(first + " APPLIED", second + " STALE");
    }

    @Test
    void theLastWriteWins() {
        variables.propose("mode", VariableValue.of("strict"), 1, 10);
        variables.propose("mode", VariableValue.of("lenient"), 2, 10);
        assertThat(variables.advance(10)).isEqualTo(2);
        assertThat(variables.variable("mode").category()).isEqualTo("lenient");
        assertThat(variables.variable("mode").version().version()).isEqualTo(2);
    }

    @Test
    void aPolicyOfOnesOwnDecides() {
        assertThat(variables.propose("retries", VariableValue.of(2L), 1, 5).ok())
                .isTrue();
        variables.propose("retries", VariableValue.of(7L), 1, 5);
        variables.advance(5);
        assertThat(variables.variable("retries").whole()).isEqualTo(7);
        assertThat(ends).containsExactly("1 REJECTED", "2 APPLIED");
    }

    @Test
    void aRollbackIsAChangeLikeAnyOther() {
        for (int i = 1; i <= 4; i++) {
            final long proposal = variables
                    .propose("limit", VariableValue.of(100.0 + i), 1, i)
                    .proposal();
            variables.vote(proposal, 2, true);
            variables.vote(proposal, 3, true);
            variables.advance(i);
        }
        assertThat(variables.variable("limit").history())
                .as("three are kept")
                .extracting(VariableVersion::version)
                .containsExactly(2L, 3L, 4L);
        refused(variables.rollback("limit", 0, 1, 9), VariableCode.NO_VERSION, "kept are 2 to 4");
        final long back = variables.rollback("limit", 2, 4, 9).proposal();
        variables.vote(back, 1, true);
        variables.vote(back, 5, true);
        variables.advance(9);
        assertThat(variables.variable("limit").real()).isEqualTo(102.0);
        assertThat(variables.variable("limit").version().version()).isEqualTo(5);
    }

    @Test
    void compositesChangeAsOne() {
        final Variable base = variables.variable("backoff").part("base");
        final Variable shape = variables.variable("backoff").part("shape");
        assertThat(base.real()).isEqualTo(10.0);
        variables.propose("backoff", VariableValue.of(VariableValue.of(20.0), VariableValue.of("doubling")), 1, 3);
        variables.advance(3);
        assertThat(base.real()).isEqualTo(20.0);
        assertThat(shape.category()).isEqualTo("doubling");
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsReason() {
        refused(
                variables.propose("limit", VariableValue.of(1_000.5), 1, 1),
                VariableCode.OUT_OF_RANGE,
                "limit must be 0.0 to 1000.0 EUR: 1000.5");
        refused(variables.propose("limit", VariableValue.of(Double.NaN), 1, 1), VariableCode.OUT_OF_RANGE, "NaN");
        refused(variables.propose("limit", VariableValue.of(5L), 1, 1), VariableCode.WRONG_TYPE, "a real number");
        refused(variables.propose("retries", VariableValue.of(10L), 1, 1), VariableCode.OUT_OF_RANGE, "0 to 9: 10");
        refused(variables.propose("retries", VariableValue.of(1.0), 1, 1), VariableCode.WRONG_TYPE, "a whole number");
        refused(variables.propose("mode", VariableValue.of("mild"), 1, 1), VariableCode.UNKNOWN_CATEGORY, "'mild'");
        refused(variables.propose("shadow", VariableValue.of("on"), 1, 1), VariableCode.WRONG_TYPE, "true or false");
        refused(
                variables.propose("backoff", VariableValue.of(VariableValue.of(1.0)), 1, 1),
                VariableCode.WRONG_PARTS,
                "2 parts");
        refused(
                variables.propose("backoff", VariableValue.of(VariableValue.of(0.0), VariableValue.of("linear")), 1, 1),
                VariableCode.OUT_OF_RANGE,
                "backoff.base must be 1.0 to 100.0 ms");
        refused(variables.propose("limits", VariableValue.of(1.0), 1, 1), VariableCode.UNKNOWN_VARIABLE, "limit, ");
        refused(variables.propose("limit", VariableValue.of(1.0), 6, 1), VariableCode.NOT_CONCERNED, "agent 6");
        variables.advance(7);
        refused(variables.propose("limit", VariableValue.of(1.0), 1, 7), VariableCode.TOO_LATE, "7 has begun");
        final long open =
                variables.propose("limit", VariableValue.of(1.0), 1, 99).proposal();
        refused(variables.vote(open, 1, true), VariableCode.VOTED_ALREADY, "agent 1");
        refused(variables.vote(open, 6, true), VariableCode.NOT_CONCERNED, "agent 6");
        variables.propose("limit", VariableValue.of(1.0), 1, 99);
        variables.propose("limit", VariableValue.of(1.0), 1, 99);
        variables.propose("limit", VariableValue.of(1.0), 1, 99);
        refused(variables.propose("limit", VariableValue.of(1.0), 1, 99), VariableCode.TOO_MANY, "4 proposals");
        assertThatThrownBy(() -> new VariableSpec.Real("x", "", 0, 1, 2)).hasMessageContaining("2.0 in 0.0 to 1.0");
    }

    /** Random calls, saved and loaded in mid-course: the copy goes on as the original does. */
    @Test
    void aLoadedCopyGoesOnAsTheOriginal(@TempDir final Path directory) {
        final Random random = new Random(4);
        final Variables copy = variables();
        for (int round = 1; round <= 30; round++) {
            final Path file = directory.resolve("v" + round);
            try (SnapshotWriter writer = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
                variables.save(writer);
                writer.commit();
            }
            try (SnapshotReader reader = SnapshotReader.open(file)) {
                copy.load(reader);
            }
            assertThat(copy.digest()).isEqualTo(variables.digest());
            for (int call = 0; call < 10; call++) {
                final long seed = random.nextLong();
                assertThat(random(copy, new Random(seed), round)).isEqualTo(random(variables, new Random(seed), round));
            }
            final long before = variables.digest();
            assertThat(copy.advance(round)).isEqualTo(variables.advance(round));
            assertThat(copy.digest()).isEqualTo(variables.digest()).isNotEqualTo(before);
        }
        assertThat(variables.variable("limit").version().version()).isPositive();
    }

    private static VariableAnswer random(final Variables on, final Random random, final long round) {
        final int agent = 1 + random.nextInt(5);
        final long at = round + 1 + random.nextInt(3);
        return switch (random.nextInt(5)) {
            case 0 -> on.propose("limit", VariableValue.of(random.nextInt(1_200) * 1.0), agent, at);
            case 1 -> on.propose("mode", VariableValue.of(random.nextBoolean() ? "strict" : "lenient"), agent, at);
            case 2 -> on.rollback("limit", random.nextInt(4), agent, at);
            default ->
                on.open().isEmpty()
                        ? on.vote(0, agent, true)
                        : on.vote(
                                on.open().get(random.nextInt(on.open().size())).number(), agent, random.nextInt(5) > 0);
        };
    }

    @Test
    void aSnapshotOfOtherVariablesIsRefusedByName(@TempDir final Path directory) {
        final Path file = directory.resolve("v");
        try (SnapshotWriter writer = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            new Variables(
                            List.of(new VariableDefinition(LIMIT, Set.of(1), VariablePolicy.lastWriteWins(), 1)),
                            1,
                            (proposal, fate) -> {})
                    .save(writer);
            writer.commit();
        }
        final Variables other = new Variables(
                List.of(new VariableDefinition(MODE, Set.of(1), VariablePolicy.lastWriteWins(), 1)),
                1,
                (proposal, fate) -> {});
        try (SnapshotReader reader = SnapshotReader.open(file)) {
            assertThatThrownBy(() -> other.load(reader)).hasMessageContaining("'limit' where 'mode'");
        }
    }
}
