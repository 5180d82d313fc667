package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.wire.Wire;
import net.openhft.chronicle.wire.WireType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link AuditEncoder} writes is to the last byte what the library's own wire writes. */
class AuditEncoderTest {
    private static final int RECORDS = 2_000;
    private static final int MOST_FIELDS = 40;
    private static final String[] NAMES = {"a", "sequence", "x".repeat(AuditEncoder.LONGEST_NAME), "outOfScope", "k_9"};

    private final SplittableRandom random = new SplittableRandom(11);
    private AuditEncoder encoder;
    private Bytes<?> bytes;
    private Wire wire;

    @BeforeEach
    void open() {
        encoder = new AuditEncoder();
        bytes = Bytes.allocateElasticOnHeap();
        wire = WireType.BINARY_LIGHT.apply(bytes);
    }

    @AfterEach
    void close() {
        encoder.close();
        bytes.releaseLast();
    }

    @Test
    void randomRecordsHaveTheWiresBytes() {
        for (int record = 0; record < RECORDS; record++) {
            encoder.clear();
            bytes.clear();
            final int fields = random.nextInt(MOST_FIELDS);
            for (int field = 0; field < fields; field++) {
                add(NAMES[random.nextInt(NAMES.length)]);
            }
            assertSame();
        }
    }

    private void add(final String name) {
        switch (random.nextInt(3)) {
            case 0 -> {
                final long value = random.nextLong() >> random.nextInt(Long.SIZE);
                encoder.int64(name, value);
                wire.write(name).fixedInt64(value);
            }
            case 1 -> {
                final double value = Double.longBitsToDouble(random.nextLong());
                encoder.float64(name, value);
                wire.write(name).fixedFloat64(value);
            }
            default -> text(name, random.nextInt(8) == 0 ? null : text());
        }
    }

    private void text(final String name, final @Nullable String value) {
        encoder.text(name, value);
        wire.write(name).text(value);
    }

    /** Mostly ASCII, else of characters of up to three bytes, surrogates among them. */
    private String text() {
        final int length = random.nextInt(random.nextBoolean() ? 40 : 400);
        final int limit = random.nextInt(4) == 0 ? 1 << Character.SIZE : 0x80;
        final StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(limit));
        }
        return text.toString();
    }

    @Test
    void lengthsOnBothSidesOfEachFormOfTextHaveTheWiresBytes() {
        for (final int length : new int[] {0, 1, 30, 31, 32, 127, 128, 129, 16_383, 16_384, 100_000}) {
            encoder.clear();
            bytes.clear();
            text("text", "x".repeat(length));
            text("wide", "\u4e2d".repeat(length / 3));
            assertSame();
        }
    }

    @Test
    void namesThatTheWireWritesOtherwiseAndRecordsWithoutEndAreRefused() {
        encoder.clear();
        for (final String name : new String[] {"", "x".repeat(32), "\u00fc", "two words"}) {
            assertThatThrownBy(() -> encoder.int64(name, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 31 ASCII characters")
                    .hasMessageContaining("'" + name + "'");
        }
        assertThatThrownBy(() -> encoder.text("text", "x".repeat(AuditEncoder.LONGEST)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longer than the longest, 1048576");
    }

    @Test
    void fieldsThatAreNotInEveryRecordCostNoAllocation() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        record(3); // each name once
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RECORDS; i++) {
            record(i);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(RECORDS);
    }

    private void record(final int i) {
        encoder.clear();
        encoder.int64("sequence", i);
        if ((i & 1) != 0) {
            encoder.text("agent", "a");
        }
        if ((i & 2) != 0) {
            encoder.text("awards", "b");
        }
        encoder.float64("score", i);
    }

    private void assertSame() {
        final byte[] expected = bytes.toByteArray();
        final byte[] written = new byte[encoder.length()];
        final PointerBytesStore store = new PointerBytesStore();
        store.set(encoder.address() + AuditEncoder.LENGTH_WORD, written.length);
        store.read(0, written, 0, written.length);
        assertThat(written).isEqualTo(expected);
    }
}
