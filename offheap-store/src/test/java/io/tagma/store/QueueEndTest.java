package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.junit.jupiter.api.Test;

/** What lies behind a journal's last excerpt: what a killed writer left is gone, what was acknowledged never is. */
class QueueEndTest extends IntegrityFixture {
    private static final int WORD = Integer.BYTES;
    private static final int HEAD = 512;

    /** The queue writes an excerpt's bytes, and then the length in front of them. */
    @Test
    void whatAKilledWriterBeganIsNoDamageAndGoneWithTheNextLaunch() throws IOException {
        unseal();
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        final long end = whole.to(EXCERPTS - 1);
        final int length = (int) (whole.to(0) - whole.body(0));
        final byte[] begun = Arrays.copyOfRange(head(journal()), (int) whole.body(0), (int) whole.body(0) + length);
        Arrays.fill(begun, 200, length, (byte) 0x5a);
        write(journal(), end + WORD, Arrays.copyOf(begun, length - 50));
        assertThat(verify().damage()).isEmpty();
        flip(journal(), end + length + 100);
        assertThat(verify().damage()).hasSize(1);
        flip(journal(), end + length + 100);
        write(journal(), end + WORD, new byte[] {1}); // none that began an excerpt
        final byte[] stray = head(journal());
        JournalAppender.open(JournalConfig.of(root.resolve("journal/shard-0"))).close();
        assertThat(head(journal())).isEqualTo(stray);
        assertThat(verify().damage()).hasSize(1);
        write(journal(), end + WORD, begun);
        go(root, 1, 1, false);
        go(root, 2, 1, false);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 2L);
    }

    @Test
    void nothingIsWipedWhereExcerptsFollow() throws IOException {
        root = temp.resolve("short");
        go(root, 1, 20, false);
        write(journal(), WholeExcerpts.of(journal()).from(0), new byte[WORD]);
        final byte[] before = head(journal());
        JournalAppender.open(JournalConfig.of(root.resolve("journal/shard-0"))).close();
        assertThat(head(journal())).isEqualTo(before);
    }

    /** Its length is damaged, or gone: what is left of it is all that there is of what was acknowledged. */
    @Test
    void theLastExcerptIsNotWipedForWhatAKilledWriterLeft() throws IOException {
        unseal();
        final byte[] before = head(journal());
        final long last = WholeExcerpts.of(journal()).from(EXCERPTS - 1);
        for (int bit = 2; bit < 24; bit++) {
            final int at = bit / 8;
            flip(journal(), last + at, 1 << bit % 8);
            final byte[] damaged = head(journal());
            try {
                JournalAppender.open(JournalConfig.of(root.resolve("journal/shard-0")))
                        .close();
            } catch (StoreException | IllegalStateException expected) {
                // a length that leads behind the file's end
            }
            assertThat(head(journal())).as("bit %d", bit).isEqualTo(damaged);
            flip(journal(), last + at, 1 << bit % 8);
        }
        write(journal(), last, new byte[WORD]);
        assertThat(verify().damage()).anyMatch(damage -> damage.offset() == last);
        assertThat(StoreRepair.run(root, null)).isNotEmpty().allMatch(Repair::done);
        assertThat(head(journal())).isEqualTo(before);
        assertThat(verify().damage()).isEmpty();
    }

    @Test
    void killsInTheMidstOfLargeExcerptsLeaveNothingBehind() throws IOException {
        final Path journals = temp.resolve("large");
        for (int kill = 0; kill < 3; kill++) {
            try (ChildJvm child = ChildJvm.start(Children.LargeExcerptWriter.class, journals, 16_000L * kill)) {
                for (int i = 0; i <= kill; i++) {
                    assertThat(child.lineAfter("acked ")).isNotEmpty();
                }
                child.kill("");
            }
            assertThat(new StoreVerifier(journals).verify().damage()).isEmpty();
            go(journals, kill, 2, false);
            final VerifyReport after = new StoreVerifier(journals).verify();
            assertThat(after.damage()).isEmpty();
            assertThat(after.whole().get("journal excerpts")).isGreaterThanOrEqualTo(3L * kill + 3);
        }
    }

    /** Nothing follows it, so a launch after a kill would go on as if it had never been. */
    @Test
    void aLaunchIsRefusedWhereTheLastExcerptIsHiddenByItsLength() throws IOException {
        unseal();
        final byte[] before = head(journal());
        final long last = WholeExcerpts.of(journal()).from(EXCERPTS - 1);
        for (final int bit : new int[] {0x40, 0x80}) {
            flip(journal(), last + 3, bit);
            assertThatThrownBy(() -> go(root, 1, 1, false)).hasMessageContaining("tagma repair");
            flip(journal(), last + 3, bit);
            assertThat(head(journal())).isEqualTo(before);
        }
        write(journal(), last, new byte[WORD]);
        assertThatThrownBy(() -> go(root, 1, 1, false)).hasMessageContaining("tagma repair");
        assertThat(StoreRepair.run(root, null)).isNotEmpty().allMatch(Repair::done);
        assertThat(head(journal())).isEqualTo(before);
    }

    /** Nothing follows it by which its absence would show. */
    @Test
    void theLastExcerptIsMissedThoughItsLengthHidesIt() throws IOException {
        unseal();
        final byte[] before = head(journal());
        final long last = WholeExcerpts.of(journal()).from(EXCERPTS - 1);
        for (final int bit : new int[] {0x40, 0x80}) {
            flip(journal(), last + 3, bit);
            assertThat(verify().damage()).anyMatch(damage -> damage.offset() == last);
            assertThat(StoreRepair.run(root, null)).isNotEmpty().allMatch(Repair::done);
            assertThat(head(journal())).isEqualTo(before);
        }
    }

    /** Its length and the queue's word that it was written come last: a writer killed before them acknowledged nothing. */
    @Test
    void aWholeExcerptThatWasNeverAcknowledgedIsWrittenOver() throws IOException {
        go(root, 1, 1, false);
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        say(journal(), whole.from(EXCERPTS), whole.from(EXCERPTS - 1));
        write(journal(), whole.from(EXCERPTS), new byte[WORD]);
        try (JournalAppender journal = JournalAppender.open(JournalConfig.of(root.resolve("journal/shard-0")))) {
            Children.JournalWriter.append(journal, (EXCERPTS + 2_000L) * Children.BATCH, 1); // shorter
            assertThat(journal.commit()).isPositive();
        }
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 1L);
    }

    @Test
    void theFirstExcerptOfAFileIsLookedAfterLikeOthers() throws IOException {
        unseal();
        final Path directory = root.resolve("journal/shard-0");
        final JournalConfig nextHour = JournalConfig.of(directory)
                .clock(() -> SystemEpochNanoClock.INSTANCE.nanoTime() + TimeUnit.HOURS.toNanos(1));
        append(nextHour);
        final Path file = QueueCheck.children(directory, "*.cq4").getLast();
        assertThat(file).isNotEqualTo(journal());
        final WholeExcerpts whole = WholeExcerpts.of(file);
        final long first = whole.from(0);
        for (final int bit : new int[] {0x40, 0x80}) {
            flip(file, first + 3, bit);
            assertThatThrownBy(() -> append(nextHour)).hasMessageContaining("tagma repair");
            flip(file, first + 3, bit);
        }
        write(file, first, new byte[WORD]);
        flip(file, whole.to(0) - 1);
        final byte[] damaged = head(file);
        assertThatThrownBy(() -> append(nextHour)).hasMessageContaining("tagma repair");
        assertThat(head(file)).as("damage that the queue knows of").isEqualTo(damaged);
        say(file, first, 0);
        JournalAppender.open(nextHour).close();
        final byte[] tidied = head(file);
        assertThat(Arrays.copyOfRange(tidied, (int) first, tidied.length)).containsOnly(0);
        append(nextHour);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 1L);
    }

    /** Its own word of where its last excerpt is may be old, as where a queue's head came from a copy. */
    @Test
    void aLaunchIsRefusedWhereWholeExcerptsAreHiddenByADamagedOne() throws IOException {
        go(root, 1, 2, false);
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        say(journal(), whole.from(EXCERPTS + 1), whole.from(EXCERPTS - 1));
        write(journal(), whole.from(EXCERPTS), new byte[WORD]);
        flip(journal(), whole.to(EXCERPTS) - 1);
        final byte[] before = head(journal());
        assertThatThrownBy(() -> go(root, 2, 1, false)).hasMessageContaining("tagma repair");
        assertThat(head(journal())).isEqualTo(before);
    }

    /** As where the power failed before it was on the disk, or a sector lost it. The queue would write behind it, where nobody finds that. */
    @Test
    void whatWasAcknowledgedLastAndIsGoneRefusesALaunchUntilRepairSaysSo() throws IOException {
        unseal();
        final Path copy = copy();
        final byte[] before = head(journal());
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        final long last = whole.from(EXCERPTS - 1);
        for (final int length : new int[] {WORD + 40, (int) (whole.to(EXCERPTS - 1) - last)}) {
            write(journal(), last, new byte[length]);
            assertThat(verify().damage()).anyMatch(damage -> damage.reason().equals(QueueCheck.GONE));
            assertThatThrownBy(() -> go(root, 1, 1, false)).hasMessageContaining("tagma repair");
            assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
            assertThat(head(journal())).isEqualTo(before);
        }
        write(journal(), last, new byte[(int) (whole.to(EXCERPTS - 1) - last)]);
        assertThat(StoreRepair.run(root, null)).singleElement().matches(repair -> !repair.done());
        assertThat(verify().damage()).isEmpty();
        go(root, 1, 3, false);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 2L);
    }

    private static void append(final JournalConfig config) {
        try (JournalAppender journal = JournalAppender.open(config)) {
            Children.JournalWriter.append(journal, EXCERPTS * (long) Children.BATCH, Children.BATCH);
            assertThat(journal.commit()).isPositive();
        }
    }

    /** Puts what the queue says of where its last excerpt is back to what it was. */
    private static void say(final Path file, final long is, final long was) throws IOException {
        final ByteBuffer head = ByteBuffer.wrap(head(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < HEAD; at += WORD) {
            if (head.getLong(at) == is) {
                write(file, at, bytes(was));
                return;
            }
        }
        throw new AssertionError("nowhere " + is);
    }

    private static byte[] bytes(final long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }
}
