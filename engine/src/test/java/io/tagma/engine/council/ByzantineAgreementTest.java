package io.tagma.engine.council;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sound agents agree whatever f faulty ones say; fewer than 3f + 1 are refused. */
class ByzantineAgreementTest {
    private static final ByzantineAgreement.Speaker SOUND = (from, to, general, held) -> held;

    @Test
    void fewerThanThreeTimesTheFaultsAndOneAreRefused() {
        assertThatThrownBy(() -> new ByzantineAgreement(4, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("n >= 3f + 1")
                .hasMessageContaining("n = 7")
                .hasMessageContaining("there are 4")
                .hasMessageContaining("f = 1");
        assertThatThrownBy(() -> new ByzantineAgreement(3, 1)).hasMessageContaining("n = 4");
        assertThat(new ByzantineAgreement(7, 2).faults()).isEqualTo(2);
        assertThatThrownBy(() -> new ByzantineAgreement(64, 4)).hasMessageContaining("words");
    }

    @Test
    void amongSoundAgentsEachValueIsItsOwn() {
        final ByzantineAgreement agreement = new ByzantineAgreement(5, 1);
        assertThat(agreement.run(new int[] {3, 1, ByzantineAgreement.SILENT, 1, 0}, SOUND))
                .isTrue();
        assertThat(agreement.value(0)).isEqualTo(3);
        assertThat(agreement.value(2)).isEqualTo(ByzantineAgreement.SILENT);
        assertThat(agreement.faulty(2)).as("silence is no lie").isFalse();
    }

    @Test
    void anEquivocatorIsNamedAndItsBallotDoesNotCount() {
        final ByzantineAgreement agreement = new ByzantineAgreement(4, 1);
        assertThat(agreement.run(
                        new int[] {0, 1, 1, 0},
                        (from, to, general, held) -> from == 2 && general == 2 ? to == 0 ? 0 : 1 : held))
                .isTrue();
        assertThat(agreement.equivocated(2)).isTrue();
        for (int sound = 0; sound < 4; sound++) {
            assertThat(agreement.faulty(sound)).isEqualTo(sound == 2);
        }
        final BallotBox box = new BallotBox(4, 2);
        final VoteCount count = new VoteCount(2);
        box.open(4, 2);
        agreement.castInto(box);
        assertThat(count.run(box, VoteTerms.of(CountingRule.MAJORITY))).isEqualTo(Verdict.CARRIED);
        assertThat(count.winner()).isZero();
        assertThat(count.turnout()).isEqualTo(0.75);
    }

    @Test
    void soundAgentsAgreeWhateverFaultyOnesSay() {
        final int[][] sizes = {{4, 1}, {5, 1}, {7, 2}, {8, 2}, {10, 3}};
        final Random random = new Random(5);
        for (int round = 0; round < 400; round++) {
            final int[] size = sizes[round % (round % 40 == 0 ? 5 : 4)];
            final ByzantineAgreement agreement = new ByzantineAgreement(size[0], size[1]);
            final boolean[] traitor = new boolean[size[0]];
            for (int i = 0; i < size[1]; i++) {
                traitor[random.nextInt(size[0])] = true;
            }
            final int[] values = new int[size[0]];
            for (int i = 0; i < size[0]; i++) {
                values[i] = random.nextInt(3);
            }
            assertThat(agreement.run(values, (from, to, general, held) -> traitor[from] ? random.nextInt(4) - 1 : held))
                    .isTrue();
            for (int i = 0; i < size[0]; i++) {
                if (!traitor[i]) {
                    assertThat(agreement.value(i)).isEqualTo(values[i]);
                    assertThat(agreement.faulty(i))
                            .as("sound agents are not named")
                            .isFalse();
                }
            }
        }
    }

    @Test
    void moreFaultsThanPromisedAreSaidAndCastNothing() {
        final ByzantineAgreement agreement = new ByzantineAgreement(4, 1);
        final boolean kept =
                agreement.run(new int[] {0, 0, 1, 1}, (from, to, general, held) -> from >= 2 ? to & 1 : held);
        assertThat(kept).isFalse();
        assertThat(agreement.faulty(2) && agreement.faulty(3)).isTrue();
        final BallotBox box = new BallotBox(4, 2);
        box.open(4, 2);
        assertThatThrownBy(() -> agreement.castInto(box)).isInstanceOf(IllegalStateException.class);
    }
}
