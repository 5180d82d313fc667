package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audit records that are written in groups are there exactly once and in order, whatever their lengths and whoever dies. */
class AuditGroupsTest {
    private static final int KILLS = 3;
    private static final long SECOND_NS = 1_000_000_000L;

    private final SplittableRandom random = new SplittableRandom(3);

    @TempDir
    Path root;

    private Path directory() {
        return root.resolve("audit").resolve("shard-0");
    }

    @Test
    void groupsOfAnyLengthComeBackInOrder() throws IOException {
        final List<Integer> lengths = new ArrayList<>();
        for (int launch = 0; launch < 3; launch++) {
            try (AuditAppender audit = AuditAppender.open(directory())) {
                assertThat(audit.lastSequence()).isEqualTo(lengths.size() - 1);
                for (int group = 0; group < 60; group++) {
                    group(audit, lengths, group % 5 == 0 ? 100_000 : 1_000);
                    assertThat(audit.flush()).isEqualTo(StoreCode.OK);
                    assertThat(audit.lastSequence()).isEqualTo(lengths.size() - 1);
                }
                assertThat(audit.counters().failures()).isZero();
            }
        }
        // More than one part of the file that is mapped at a time.
        assertThat(lengths.stream().mapToLong(Integer::longValue).sum()).isGreaterThan(QueueFiles.BLOCK_SIZE);
        comeBack(lengths);
    }

    /** A file whose index has an entry for more of its records, as earlier versions made them, is gone on with and keeps its own. */
    @Test
    void aFileWithADenserIndexIsGoneOnWith() throws IOException {
        final List<Integer> lengths = new ArrayList<>();
        for (final int spacing : new int[] {256, 1024, 256, 1024}) {
            try (AuditAppender audit =
                    AuditAppender.open(directory(), RollEvery.DAY, SystemEpochNanoClock.INSTANCE, spacing)) {
                assertThat(audit.lastSequence()).isEqualTo(lengths.size() - 1);
                for (int group = 0; group < 30; group++) {
                    group(audit, lengths, 300);
                    assertThat(audit.flush()).isEqualTo(StoreCode.OK);
                }
            }
        }
        comeBack(lengths);
    }

    private void group(final AuditAppender audit, final List<Integer> lengths, final int longest) {
        for (int left = random.nextInt(300); left > 0; left--) {
            final int length = random.nextInt(random.nextInt(4) == 0 ? longest : 40);
            add(audit, lengths.size(), length);
            lengths.add(length);
        }
    }

    /** In order and by their numbers, and nothing is damaged. */
    private void comeBack(final List<Integer> lengths) throws IOException {
        try (AuditTailer tailer = AuditTailer.open(directory())) {
            read(tailer, lengths, 0);
            for (int i = 0; i < 200; i++) {
                final int sought = random.nextInt(lengths.size());
                assertThat(tailer.toSequence(sought)).isTrue();
                assertThat(tailer.next()).isTrue();
                assertThat(tailer.sequence()).isEqualTo(sought);
            }
        }
        assertThat(damage()).isEmpty();
    }

    private static void add(final AuditAppender audit, final long sequence, final int length) {
        audit.begin(sequence, sequence * 10);
        audit.text("text", "x".repeat(length));
        assertThat(audit.add()).isEqualTo(StoreCode.OK);
    }

    private static void read(final AuditTailer tailer, final List<Integer> lengths, final int from) {
        for (int i = from; i < lengths.size(); i++) {
            assertThat(tailer.next()).as("record %d", i).isTrue();
            assertThat(tailer.sequence()).isEqualTo(i);
            assertThat(String.valueOf(tailer.fields().get("text"))).hasSize(lengths.get(i));
        }
        assertThat(tailer.next()).isFalse();
        assertThat(tailer.damaged()).isZero();
    }

    @Test
    void aFollowerSeesAGroupAtOnceAndNothingBefore() {
        try (AuditAppender audit = AuditAppender.open(directory())) {
            add(audit, 0, 10);
            audit.flush();
            try (AuditTailer tailer = AuditTailer.open(directory())) {
                assertThat(tailer.next()).isTrue();
                for (int i = 1; i <= 100; i++) {
                    add(audit, i, 10);
                    assertThat(tailer.next()).isFalse();
                }
                assertThat(audit.lastSequence()).isZero();
                audit.flush();
                for (int i = 1; i <= 100; i++) {
                    assertThat(tailer.next()).isTrue();
                    assertThat(tailer.sequence()).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void groupsGoOnInTheNextFile() throws IOException {
        final AtomicLong now = new AtomicLong(1_700_000_000L * SECOND_NS);
        final List<Integer> lengths = new ArrayList<>();
        try (AuditAppender audit = AuditAppender.open(directory(), RollEvery.SECOND, now::get)) {
            for (int second = 0; second < 4; second++) {
                for (int group = 0; group < 5; group++) {
                    group(audit, lengths, 200);
                    assertThat(audit.flush()).isEqualTo(StoreCode.OK);
                }
                now.addAndGet(SECOND_NS);
            }
        }
        assertThat(QueueCheck.children(directory(), "*.cq4")).hasSize(4);
        try (AuditTailer tailer = AuditTailer.open(directory())) {
            read(tailer, lengths, 0);
        }
        assertThat(damage()).isEmpty();
    }

    /** What a writer leaves that is killed between the first byte of a group and the store that shows it. */
    @Test
    void aGroupThatDidNotComeToItsEndIsWipedAndNoDamage() throws IOException {
        final List<Integer> lengths = new ArrayList<>();
        try (AuditAppender audit = AuditAppender.open(directory())) {
            group(audit, lengths, 200);
            audit.flush();
        }
        final Path file = QueueCheck.children(directory(), "*.cq4").getFirst();
        final ByteBuffer left = ByteBuffer.allocate(100_000).order(ByteOrder.LITTLE_ENDIAN);
        while (left.hasRemaining()) {
            left.put((byte) (1 + random.nextInt(255)));
        }
        left.putInt(0, QueueCheck.NOT_COMPLETE).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(left, end(channel));
        }
        assertThat(damage()).as("an open record").isEmpty();
        try (AuditAppender audit = AuditAppender.open(directory())) {
            assertThat(audit.lastSequence()).isEqualTo(lengths.size() - 1);
            add(audit, lengths.size(), 20);
            lengths.add(20);
            audit.flush();
        }
        try (AuditTailer tailer = AuditTailer.open(directory())) {
            read(tailer, lengths, 0);
        }
        assertThat(damage()).isEmpty();
    }

    private static long end(final FileChannel channel) throws IOException {
        final ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long at = 0;
        for (int header = QueueCheck.header(channel, word, at); header != 0; ) {
            at = QueueCheck.next(at, header);
            header = QueueCheck.header(channel, word, at);
        }
        return at;
    }

    @Test
    void writersThatAreKilledLeaveNoRecordTwiceAndNoneOut() throws IOException {
        long before = -1;
        for (int kill = 0; kill < KILLS; kill++) {
            final int enough = 2_000 + random.nextInt(2_000);
            try (ChildJvm child = ChildJvm.start(Children.AuditGroupWriter.class, directory(), kill, enough)) {
                final long behind = Long.parseLong(child.lineAfter("behind "));
                assertThat(behind).isGreaterThanOrEqualTo(before);
                assertThat(child.lineAfter("well under way")).isEmpty();
                try (AuditTailer tailer = AuditTailer.open(directory())) {
                    while (tailer.next()) {
                        before = tailer.sequence();
                    }
                }
                assertThat(before).isGreaterThan(behind + enough);
                child.kill("");
            }
            assertThat(damage()).isEmpty();
        }
        try (AuditAppender audit = AuditAppender.open(directory())) {
            before = audit.lastSequence();
            add(audit, before + 1, 30);
            audit.flush();
        }
        try (AuditTailer tailer = AuditTailer.open(directory())) {
            for (long sequence = 0; sequence <= before + 1; sequence++) {
                assertThat(tailer.next()).isTrue();
                assertThat(tailer.sequence()).isEqualTo(sequence);
            }
            assertThat(tailer.next()).isFalse();
            assertThat(tailer.damaged()).isZero();
        }
        assertThat(damage()).isEmpty();
    }

    private List<Damage> damage() throws IOException {
        assertThat(Files.isDirectory(directory())).isTrue();
        final List<Damage> found = new ArrayList<>();
        QueueCheck.audits().check(root, false, found::add);
        return found;
    }
}
