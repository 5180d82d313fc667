package io.tagma.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subjects as numbers and as people write them, the shards they belong to, and the codes of a submission. */
class SubjectsTest {
    private static final SubjectNames NAMES = new SubjectNames(Map.of(1, "card", 2, "terminal"));

    @Property(tries = 200)
    void kindAndIdComeBack(
            @ForAll @IntRange(min = 1, max = 127) final int kind,
            @ForAll @LongRange(min = 0, max = Subjects.MAX_ID) final long id) {
        final long subject = Subjects.of(kind, id);

        assertThat(Subjects.kind(subject)).isEqualTo(kind);
        assertThat(Subjects.id(subject)).isEqualTo(id);
        assertThat(subject).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7})
    void neighboursSpreadEvenlyOverShards(final int shards) {
        final int subjects = 70_000;
        for (final int kind : new int[] {1, 2, 127}) {
            final int[] owned = new int[shards];
            for (int id = 0; id < subjects; id++) {
                owned[Subjects.shardOf(Subjects.of(kind, id), shards)]++;
            }
            final int fair = subjects / shards;
            assertThat(Arrays.stream(owned)).as("kind %d", kind).allMatch(n -> Math.abs(n - fair) < fair / 20);
        }
    }

    @Property(tries = 300)
    void everySubjectHasAShard(@ForAll final long subject, @ForAll @IntRange(min = 1, max = 64) final int shards) {
        assertThat(Subjects.shardOf(subject, shards)).isBetween(0, shards - 1);
        assertThat(Subjects.shardOf(subject, 1)).isZero();
    }

    @Test
    void namesHashIntoTheirKind() {
        final long alice = Subjects.named(3, "alice");

        assertThat(Subjects.kind(alice)).isEqualTo(3);
        assertThat(alice).isEqualTo(Subjects.named(3, "alice")).isNotEqualTo(Subjects.named(3, "alicf"));
        assertThat(Subjects.id(alice)).isEqualTo(Subjects.id(Subjects.named(4, "alice")));
    }

    @Property(tries = 200)
    void whatIsFormattedIsParsed(
            @ForAll @IntRange(min = 1, max = 3) final int kind,
            @ForAll @LongRange(min = 0, max = Subjects.MAX_ID) final long id) {
        final long subject = Subjects.of(kind, id);

        assertThat(NAMES.subject(NAMES.format(subject))).isEqualTo(subject);
        assertThat(NAMES.format(subject)).startsWith(kind < 3 ? "" : "3:" + id);
        final SubjectNames none = SubjectNames.parse("");
        assertThat(none.subject(none.format(subject))).isEqualTo(subject);
        assertThat(SubjectNames.parse(NAMES.toString()).format(subject)).isEqualTo(NAMES.format(subject));
    }

    @Test
    void peopleWriteKindAndIdOrName() {
        assertThat(NAMES.subject("card:42")).isEqualTo(Subjects.of(1, 42));
        assertThat(NAMES.subject("card:" + Subjects.MAX_ID)).isEqualTo(Subjects.of(1, Subjects.MAX_ID));
        for (final String much : new String[] {"72057594037927978", "99999999999999999999", "9".repeat(400)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NAMES.subject("card:" + much)) // else that of card:42, for one
                    .withMessageContaining(much);
        }
        assertThat(NAMES.subject("1:42")).isEqualTo(Subjects.of(1, 42));
        assertThat(NAMES.subject("terminal:north:7")).isEqualTo(Subjects.named(2, "north:7"));
        assertThat(NAMES.format(0)).isEmpty();
        assertThat(SubjectNames.parse("").toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42", "user:1", ":1", "", "128:1", "3:", "0003:1", "-1:1", "card:"})
    void whatIsNoSubjectIsRefusedWithTheKindsThereAre(final String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NAMES.subject(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("card")
                .withMessageContaining("terminal");
    }

    @Test
    void everySubmitCodeIsUniqueAndDescribedAndNegativeWhereNothingWasTaken() throws IllegalAccessException {
        final var codes = new java.util.HashSet<Integer>();
        for (final var field : SubmitCode.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                final int code = field.getInt(null);
                assertThat(codes.add(code)).as(field.getName()).isTrue();
                assertThat(code >= 0)
                        .as(field.getName())
                        .isEqualTo(code == SubmitCode.ACCEPTED || code == SubmitCode.DEFERRED);
                assertThat(SubmitCode.describe(code)).as(field.getName()).isNotEqualTo("code " + code);
            }
        }
        assertThat(codes).hasSizeGreaterThan(8).contains(SubmitCode.ACCEPTED);
        assertThat(SubmitCode.describe(-999)).isEqualTo("code -999");
    }
}
