package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final int RUN = 2000;
    private static final long SECOND_NS = 1_000_000_000L;

    @TempDir
    Path directory;

    private long nowNs = 1_750_000_000L * SECOND_NS;

    @Test
    void framesComeBackAsTheyWentIn() {
        try (JournalAppender journal = JournalAppender.open(config())) {
            journal.begin(9, 1000, 55);
            for (int length = 0; length < 40; length++) {
                final int offset = journal.claim(length);
                assertThat(offset % ExcerptLayout.FRAME_ALIGNMENT).isZero();
                for (int i = 0; i < length; i++) {
                    journal.staging().putByte(offset + i, (byte) (length + i));
                }
            }
            final UnsafeBuffer source = new UnsafeBuffer(new byte[] {7, 8, 9, 10});
            assertThat(journal.append(source, 1, 2)).isPositive();
            assertThat(journal.count()).isEqualTo(41);
            final long index = journal.commit();
            assertThat(index).isPositive();
            try (JournalTailer tailer = JournalTailer.open(directory)) {
                assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.index()).isEqualTo(index);
                assertThat(tailer.type()).isEqualTo(9);
                assertThat(tailer.firstSequence()).isEqualTo(1000);
                assertThat(tailer.timeNs()).isEqualTo(55);
                assertThat(tailer.count()).isEqualTo(41);
                for (int length = 0; length < 40; length++) {
                    assertThat(tailer.frameLength(length)).isEqualTo(length);
                    for (int i = 0; i < length; i++) {
                        assertThat(tailer.buffer().getByte(tailer.frameOffset(length) + i))
                                .isEqualTo((byte) (length + i));
                    }
                }
                assertThat(tailer.buffer().getShort(tailer.frameOffset(40), ByteOrder.LITTLE_ENDIAN))
                        .isEqualTo((short) 0x0908);
                assertThat(tailer.next()).isEqualTo(TailerCode.END);
                assertThatThrownBy(() -> tailer.frameOffset(41)).isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThat(journal.counters().frames()).isEqualTo(41);
            assertThat(journal.counters().excerpts()).isOne();
        }
    }

    @Test
    void noFramesNoExcerpt() {
        try (JournalAppender journal = JournalAppender.open(config());
                JournalTailer tailer = JournalTailer.open(directory)) {
            journal.begin(1, 0, 0);
            assertThat(journal.commit()).isZero();
            assertThat(tailer.next()).isEqualTo(TailerCode.END);
            append(journal, 0, 1);
            assertThat(tailer.next())
                    .as("a tailer opened before the first excerpt")
                    .isEqualTo(TailerCode.EXCERPT);
        }
    }

    @Test
    void aFullStagingBufferAndAFrameThatNeverFitsAreDistinct() {
        try (JournalAppender journal = JournalAppender.open(config().stagingCapacity(1024))) {
            journal.begin(1, 0, 0);
            final int largest = 1024 - ExcerptLayout.HEADER_LENGTH - ExcerptLayout.FRAME_HEADER_LENGTH;
            assertThat(journal.claim(largest + 1)).isEqualTo(StoreCode.TOO_LONG);
            assertThat(journal.claim(Integer.MAX_VALUE)).isEqualTo(StoreCode.TOO_LONG);
            assertThat(journal.claim(800)).isPositive();
            assertThat(journal.claim(161)).isEqualTo(StoreCode.FULL);
            assertThat(journal.claim(160)).isPositive();
            assertThat(journal.commit()).isPositive();
            journal.begin(1, 2, 0);
            assertThat(journal.claim(largest)).isPositive();
            assertThatThrownBy(() -> journal.claim(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.begin(65536, 0, 0)).hasMessageContaining("65535");
        }
    }

    @Test
    void searchesFindSequencesAndTimesAcrossFiles() {
        try (JournalAppender journal = JournalAppender.open(config())) {
            // Batches of 1, 2, ... 40 frames in ten files; two excerpts of each begin with the same sequence.
            long sequence = 100;
            for (int batch = 1; batch <= 40; batch++) {
                append(journal, sequence, batch);
                append(journal, sequence, batch);
                sequence += batch;
                nowNs += batch % 4 == 0 ? SECOND_NS : 0;
            }
        }
        try (JournalTailer tailer = JournalTailer.open(directory)) {
            long expected = 100;
            for (int batch = 1; batch <= 40; batch++) {
                for (final long sought : new long[] {expected, expected + batch - 1}) {
                    assertThat(tailer.toSequence(sought)).isTrue();
                    assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
                    assertThat(tailer.firstSequence()).isEqualTo(expected);
                    assertThat(tailer.ordinal()).isEqualTo(2L * batch - 2);
                }
                assertThat(tailer.toTime(expected * 10 - 1)).isTrue();
                assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.firstSequence()).isEqualTo(expected);
                expected += batch;
            }
            assertThat(tailer.toSequence(expected)).isFalse();
            assertThat(tailer.next()).isEqualTo(TailerCode.END);
            assertThat(tailer.toSequence(99)).isFalse();
            assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
            assertThat(tailer.firstSequence()).isEqualTo(100);
            assertThat(tailer.toTime(Long.MAX_VALUE)).isFalse();
            tailer.toStart();
            assertThat(drain(tailer)).isEqualTo(80);
            tailer.toEnd();
            assertThat(tailer.next()).isEqualTo(TailerCode.END);
        }
    }

    @Test
    void reopeningGoesOnNumberingAndAClockSetBackDoesNotGoBack() throws IOException {
        for (int run = 0; run < 3; run++) {
            try (JournalAppender journal = JournalAppender.open(config())) {
                append(journal, run, 1);
                nowNs += SECOND_NS;
                append(journal, run, 1);
            }
            nowNs -= 3 * SECOND_NS;
        }
        try (JournalTailer tailer = JournalTailer.open(directory)) {
            assertThat(drain(tailer)).isEqualTo(6);
        }
        assertThat(cycleFiles()).hasSize(2);
    }

    @Test
    void aTailerFollowsALiveJournalThroughBlocksAndFiles() {
        try (JournalAppender journal = JournalAppender.open(config().stagingCapacity(8 << 20));
                JournalTailer tailer = JournalTailer.open(directory)) {
            // 210 MB: three mapped blocks and more, and then another file.
            for (int i = 0; i < 30; i++) {
                journal.begin(1, i, i);
                assertThat(journal.claim(7_000_000)).isPositive();
                assertThat(journal.commit()).isPositive();
                assertThat(tailer.next()).as("excerpt %d", i).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.firstSequence()).isEqualTo(i);
                assertThat(tailer.next()).isEqualTo(TailerCode.END);
            }
            nowNs += SECOND_NS;
            append(journal, 30, 3);
            assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
            assertThat(tailer.count()).isEqualTo(3);
        }
    }

    @Test
    void flippedBytesOfAnExcerptAreFoundAndTheRestIsRead() throws IOException {
        final long[] indexes = new long[3];
        try (JournalAppender journal = JournalAppender.open(config())) {
            for (int i = 0; i < 3; i++) {
                journal.begin(1, i, i);
                journal.staging().setMemory(journal.claim(64), 64, (byte) 0x41);
                indexes[i] = journal.commit();
            }
        }
        final Path file = cycleFiles().getFirst();
        final byte[] whole = head(file);
        final int second = position(whole, 1);
        for (int at = 0; at < ExcerptLayout.HEADER_LENGTH + 72; at += 3) {
            flip(file, second + at, 0x04);
            try (JournalTailer tailer = JournalTailer.open(directory)) {
                assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.damage()).isNull();
                assertThat(tailer.next()).as("byte %d", at).isEqualTo(TailerCode.DAMAGED);
                final Damage damage = Objects.requireNonNull(tailer.damage());
                assertThat(damage.index()).isEqualTo(indexes[1]);
                assertThat(damage.file()).isEqualTo(file.toString());
                assertThat(damage.offset()).isEqualTo(second);
                assertThat(damage.toString()).contains(Long.toHexString(indexes[1]), file.toString());
                assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.firstSequence()).isEqualTo(2);
                assertThat(tailer.next()).isEqualTo(TailerCode.END);
            }
            flip(file, second + at, 0x04);
        }
    }

    @Test
    void damagedFramingIsAResultAndTheJournalStaysAppendable() throws IOException {
        try (JournalAppender journal = JournalAppender.open(config())) {
            for (int i = 0; i < 40; i++) {
                append(journal, i, 1);
            }
        }
        final Path file = cycleFiles().getFirst();
        final byte[] whole = head(file);
        final int header = position(whole, 10) - Integer.BYTES;
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            flip(file, header + bit / 8, 1 << (bit % 8));
            final List<Long> read = new ArrayList<>();
            int damaged = 0;
            try (JournalTailer tailer = JournalTailer.open(directory)) {
                for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                    damaged += code == TailerCode.DAMAGED ? 1 : 0;
                    if (code == TailerCode.EXCERPT) {
                        read.add(tailer.firstSequence());
                    }
                }
            }
            assertThat(damaged).as("bit %d", bit).isPositive();
            assertThat(read)
                    .as("bit %d", bit)
                    .startsWith(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L)
                    .isSorted();
            flip(file, header + bit / 8, 1 << (bit % 8));
        }
        try (JournalTailer tailer = JournalTailer.open(directory)) {
            assertThat(drain(tailer)).isEqualTo(40);
        }
    }

    @Test
    void aLackOfSpaceIsACodeAndTheFramesCanBeCommittedLater() {
        try (JournalAppender journal = JournalAppender.open(config().minFreeBytes(Long.MAX_VALUE))) {
            Children.JournalWriter.append(journal, 0, 3);
            assertThat(journal.commit()).isEqualTo(StoreCode.NO_SPACE);
            assertThat(journal.count()).isEqualTo(3);
            assertThat(journal.counters().failures()).isOne();
        }
        try (JournalAppender journal = JournalAppender.open(config());
                JournalTailer tailer = JournalTailer.open(directory)) {
            append(journal, 0, 1);
            assertThat(drain(tailer)).isOne();
        }
    }

    @Test
    void opensOnOneThreadAndAppendsOnAnotherWithoutAllocating() throws Exception {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (JournalAppender journal = JournalAppender.open(config().rollEvery(RollEvery.HOUR));
                ExecutorService shard = Executors.newSingleThreadExecutor()) {
            shard.submit(() -> {
                        long allocated = Long.MAX_VALUE;
                        for (int run = 0; run < 50 && allocated > 2 * RUN; run++) {
                            final long before = threads.getCurrentThreadAllocatedBytes();
                            for (int i = run * RUN; i < (run + 1) * RUN; i++) {
                                append(journal, i, 4);
                            }
                            allocated = threads.getCurrentThreadAllocatedBytes() - before;
                        }
                        assertThat(allocated).as("bytes for %d excerpts", RUN).isLessThanOrEqualTo(2 * RUN);
                    })
                    .get();
        }
    }

    @Test
    void theLayoutOfAnExcerptIsTheGoldenOne() throws IOException {
        try (JournalAppender journal = JournalAppender.open(config())) {
            journal.begin(5, 0x0102_0304_0506_0708L, 0x1112_1314_1516_1718L);
            final int first = journal.claim(3);
            journal.staging().putBytes(first, new byte[] {1, 2, 3});
            final int second = journal.claim(8);
            for (int i = 0; i < 8; i++) {
                journal.staging().putByte(second + i, (byte) (16 + i));
            }
            journal.claim(0);
            journal.commit();
        }
        final byte[] whole = head(cycleFiles().getFirst());
        final String golden = ProfileStoreTest.Golden.read("journal-excerpt.hex");
        final int start = position(whole, 0);
        final byte[] excerpt = Arrays.copyOfRange(whole, start, start + golden.split("\\s+").length);
        assertThat(ProfileStoreTest.Golden.lines(excerpt)).isEqualTo(golden);
    }

    @Test
    void emptyFilesAreTidiedAwayAndWhatIsNoJournalIsAClearError() throws IOException {
        assertThatThrownBy(() -> JournalTailer.open(directory.resolve("none")))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("none", "shard");
        Files.createFile(directory.resolve("20250101-000000T4.cq4"));
        try (JournalAppender journal = JournalAppender.open(config())) {
            append(journal, 0, 1);
        }
        assertThat(cycleFiles()).as("an empty file that a kill left").hasSize(1);
        assertThatThrownBy(() -> config().stagingCapacity(100)).hasMessageContaining("stagingCapacity must be");
        assertThatThrownBy(() -> config().minFreeBytes(1)).hasMessageContaining("minFreeBytes must be");
        Files.writeString(
                directory.resolve("metadata.cq4t"), "this is no queue's metadata, it is plain text".repeat(99));
        assertThatThrownBy(() -> JournalAppender.open(config()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(directory.toString());
    }

    private JournalConfig config() {
        return JournalConfig.of(directory).rollEvery(RollEvery.SECOND).clock(() -> nowNs);
    }

    private static void append(final JournalAppender journal, final long sequence, final int frames) {
        Children.JournalWriter.append(journal, sequence, frames);
        if (journal.commit() <= 0) {
            throw new AssertionError("not committed");
        }
    }

    private static int drain(final JournalTailer tailer) {
        int excerpts = 0;
        for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
            assertThat(code).as("%s", tailer.damage()).isEqualTo(TailerCode.EXCERPT);
            excerpts++;
        }
        return excerpts;
    }

    private List<Path> cycleFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    /** The beginning of a file, which is sparse and long. */
    private static byte[] head(final Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(1 << 17);
        }
    }

    private static void flip(final Path file, final long at, final int bits) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            final int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ bits);
        }
    }

    /** Where the n-th excerpt of a file begins. */
    private static int position(final byte[] file, final int n) {
        int seen = 0;
        for (int at = 0; at + 4 < file.length; at += 4) {
            if (file[at] == 'T' && file[at + 1] == 'G' && file[at + 2] == 'J' && file[at + 3] == '1' && seen++ == n) {
                return at;
            }
        }
        throw new AssertionError("no excerpt " + n);
    }
}
