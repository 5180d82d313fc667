package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a ring, held against a golden file: whoever changes them raises the layout version. */
class FrameSlotLayoutTest {
    private static final String GOLDEN = "frame-slot-v1.hex";

    @Test
    void theArenaIsAsInTheGoldenFile() throws IOException {
        final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(2, 64));
        final UnsafeBuffer frame = new UnsafeBuffer("0123456789".getBytes(StandardCharsets.US_ASCII));
        ring.offer(frame, 0, 10, 63);
        final long aborted = ring.tryClaim(8, 5);
        ring.buffer().putLong(ring.offset(aborted), 0x0102_0304_0506_0708L);
        ring.abort(aborted);

        assertThat(hexLines(ring.buffer())).isEqualTo(golden());
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 192, 1024})
    void payloadsAreAlignedAndSlotsDoNotShareCacheLines(final int slotLength) {
        final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(8, slotLength));
        for (int i = 0; i < ring.capacity(); i++) {
            final long payload = ring.buffer().addressOffset() + ring.offset(ring.tryClaim(1, 0));
            final long slot = payload - FrameSlotLayout.SLOT_HEADER_LENGTH;
            assertThat(slot % BitUtil.CACHE_LINE_LENGTH).isZero();
            assertThat(slot - ring.buffer().addressOffset())
                    .isEqualTo(FrameSlotLayout.ARENA_HEADER_LENGTH + (long) i * slotLength);
        }
    }

    @Test
    void theLargestRingThatFitsStaysBelowTwoGiB() {
        assertThat(FrameSlotLayout.fits(1 << 20, 1024)).isTrue();
        assertThat(FrameSlotLayout.fits(1 << 21, 1024)).isFalse();
        assertThat(FrameSlotLayout.fits(1 << 30, Integer.MAX_VALUE / 64 * 64)).isFalse();
    }

    private static String hexLines(final DirectBuffer buffer) {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        final HexFormat hex = HexFormat.ofDelimiter(" ");
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < bytes.length; i += 16) {
            lines.append(hex.formatHex(bytes, i, i + 16)).append('\n');
        }
        return lines.toString();
    }

    private static String golden() throws IOException {
        try (InputStream in = FrameSlotLayoutTest.class.getResourceAsStream(GOLDEN)) {
            return new String(Objects.requireNonNull(in, GOLDEN).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
