package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameRingConfigTest {
    @ParameterizedTest
    @CsvSource({
        "0, 64, power of two", "1, 64, power of two", "-8, 64, power of two", "12, 64, power of two",
        "8, 0, multiple of 64", "8, 63, multiple of 64", "8, 100, multiple of 64", "8, -64, multiple of 64",
        "33554432, 64, 2 GiB", "1073741824, 1024, 2 GiB",
    })
    void rejectsShapesThatCannotWork(final int capacity, final int slotLength, final String says) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameRingConfig.rejecting(capacity, slotLength))
                .withMessageContaining(says)
                .withMessageContaining(says.startsWith("multiple") ? ": " + slotLength : Integer.toString(capacity));
    }

    @Test
    void rejectsNegativeTimeoutsAndImpossibleSpans() {
        final FrameRingConfig config = FrameRingConfig.rejecting(8, 64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.blocking(-1))
                .withMessageContaining("blockTimeoutNs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.withShedSpan(0))
                .withMessageContaining("shedSpan");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.withShedSpan(9))
                .withMessageContaining("shedSpan");
    }

    @Test
    void copiesChangeOneThing() {
        final FrameRingConfig config = FrameRingConfig.rejecting(64, 128);
        assertThat(config.overflowPolicy()).isEqualTo(OverflowPolicy.REJECT);
        assertThat(config.shedSpan()).isEqualTo(8);
        assertThat(config.droppingOldest(5, 6).blocking(7)).satisfies(changed -> {
            assertThat(changed.overflowPolicy()).isEqualTo(OverflowPolicy.BLOCK);
            assertThat(changed.blockTimeoutNs()).isEqualTo(7);
            assertThat(changed.droppableClasses()).isZero();
            assertThat(changed.slotLength()).isEqualTo(128);
        });
    }

    @Test
    void codesHaveNames() {
        assertThat(RingCode.nameOf(5)).isEqualTo("OK");
        assertThat(RingCode.nameOf(RingCode.FULL)).isEqualTo("FULL");
        assertThat(RingCode.nameOf(RingCode.TIMED_OUT)).isEqualTo("TIMED_OUT");
        assertThat(RingCode.nameOf(RingCode.TOO_LONG)).isEqualTo("TOO_LONG");
        assertThat(RingCode.nameOf(RingCode.CLOSED)).isEqualTo("CLOSED");
        assertThat(RingCode.nameOf(-99)).isEqualTo("UNKNOWN");
    }
}
