package io.tagma.store.mirror;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images in members' memory: whole, with a member lost, damaged, and torn between two writings. Members run on threads here. */
@Timeout(60)
class MirrorTest {
    private static final NanoClock CLOCK = SystemNanoClock.INSTANCE;
    private static final int[] LONGS = {300_000, 5, 140_000};

    @TempDir
    Path directory;

    private final List<Member> members = new ArrayList<>();

    /** A member on a thread of its own, to be asked things between two steps. */
    private static final class Member implements AutoCloseable {
        private final MirrorMember member;
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final Object turn = new Object();
        private final Thread thread;

        Member(final Path directory, final int number) {
            member = new MirrorMember(directory, number, CLOCK);
            thread = Thread.ofPlatform().daemon().start(() -> {
                while (running.get()) {
                    synchronized (turn) {
                        member.doWork(1);
                    }
                    Thread.onSpinWait();
                }
            });
        }

        void between(final Consumer<MirrorMember> action) {
            synchronized (turn) {
                action.accept(member);
            }
        }

        @Override
        public void close() {
            running.set(false);
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            member.close();
        }
    }

    @AfterEach
    void closeMembers() {
        members.forEach(Member::close);
    }

    private void start() {
        for (int member = 0; member <= LONGS.length; member++) {
            members.add(new Member(directory, member));
        }
    }

    private void lose(final int member) {
        members.get(member).close();
        members.set(member, new Member(directory, member)); // one that has nothing
    }

    @Test
    void everyImageComesBackWhoeverIsLost() {
        start();
        write(1);
        assertThat(images(1)).isZero();
        for (int lost = 0; lost <= LONGS.length; lost++) {
            write(lost + 2);
            lose(lost);
            final long rebuilt = images(lost + 2);
            assertThat(rebuilt).isEqualTo(lost == LONGS.length ? 0 : chunks(lost));
        }
    }

    @Test
    void twoLostAreMoreThanOneParityMakesUpFor() {
        start();
        write(1);
        lose(0);
        lose(2);
        assertThat(MirrorReader.open(directory, LONGS.length, CLOCK)).isNull();
    }

    @Test
    void aDamagedChunkIsFoundAndMadeAgainFromTheOthers() {
        start();
        write(1);
        members.get(0).between(member -> member.damage(1, 77));
        assertThat(images(1)).isEqualTo(1);
        members.get(2).between(member -> member.damage(0, 7));
        assertThat(images(1)).isEqualTo(2);
    }

    @Test
    void twoDamagedInOneChunkAreSaidAndNothingIsServed() throws IOException {
        start();
        write(1);
        members.get(0).between(member -> member.damage(0, 77));
        members.get(3).between(member -> member.damage(0, 5));
        try (MirrorReader reader = open()) {
            assertThatThrownBy(() -> SnapshotReader.from(Path.of("image-0"), reader.image(0)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("chunk 0")
                    .hasMessageContaining("shard 0")
                    .hasMessageContaining("member 3");
            check(reader, 1, 1);
        }
    }

    /** The writer died in mid-stripe: what was complete before is what there is. */
    @Test
    void aStripeThatWasNeverSealedIsNotRead() {
        start();
        write(1);
        try (MirrorWriter writer = new MirrorWriter(directory, LONGS.length, CLOCK)) {
            assertThat(writer.begin()).isEqualTo(4);
            writer.image(info(0, 2), out -> fill(out::putLong, 0, 2));
        }
        assertThat(images(1)).isZero();
        write(3);
        assertThat(images(3)).isZero();
    }

    @Test
    void aMemberThatJoinsLateHasTheNextStripe() {
        start();
        members.get(1).close();
        write(1);
        assertThat(images(1)).isEqualTo(chunks(1));
        members.set(1, new Member(directory, 1));
        write(2);
        lose(0);
        assertThat(images(2)).isEqualTo(chunks(0));
    }

    @Test
    void withTwoMembersMissingNothingIsClaimed() {
        start();
        members.get(1).close();
        members.get(3).close();
        try (MirrorWriter writer = new MirrorWriter(directory, LONGS.length, CLOCK)) {
            assertThat(writer.begin()).isEqualTo(2);
            for (int shard = 0; shard < LONGS.length; shard++) {
                final int of = shard;
                writer.image(info(shard, 1), out -> fill(out::putLong, of, 1));
            }
            assertThat(writer.seal()).isEqualTo(-1);
        }
        members.set(1, new Member(directory, 1));
        members.set(3, new Member(directory, 3));
        assertThat(MirrorReader.open(directory, LONGS.length, CLOCK)).isNull();
    }

    /** Who connects and says nothing, or nonsense, holds nobody up. */
    @Test
    void strangersDoNotDisturb() throws IOException {
        start();
        write(1);
        try (SocketChannel silent = MirrorAddress.connect(directory, 0);
                SocketChannel loud = MirrorAddress.connect(directory, 0)) {
            assertThat(silent.isConnected()).isTrue();
            loud.write(ByteBuffer.wrap(new byte[64]));
            assertThat(images(1)).isZero();
        }
    }

    @Test
    void aPathThatIsTooLongForASocketIsNoHindrance() throws IOException {
        final Path deep = Files.createDirectories(directory.resolve("d".repeat(120)));
        try (Member member = new Member(deep, 0);
                MirrorPeer peer = MirrorPeer.connect(deep, 0, CLOCK)) {
            assertThat(peer.list()).isEmpty();
            member.between(m -> assertThat(m.newest()).isEqualTo(-1));
        }
        assertThat(MirrorAddress.file(deep, 0)).doesNotExist();
    }

    @Test
    void membersEndWhenTheyAreTold() throws IOException {
        start();
        try (MirrorWriter writer = new MirrorWriter(directory, LONGS.length, CLOCK)) {
            assertThat(writer.ping()).isEqualTo(4);
            writer.endMembers();
        }
        members.forEach(member -> member.between(m -> assertThat(m.ended()).isTrue()));
    }

    @Test
    void withoutAMirrorThereIsNone() {
        assertThat(MirrorReader.open(directory, 1, CLOCK)).isNull();
    }

    private void write(final long version) {
        try (MirrorWriter writer = new MirrorWriter(directory, LONGS.length, CLOCK)) {
            writer.begin();
            for (int shard = 0; shard < LONGS.length; shard++) {
                final int of = shard;
                writer.image(info(shard, version), out -> fill(out::putLong, of, version));
            }
            assertThat(writer.seal()).isPositive();
        }
    }

    private static SnapshotInfo info(final int shard, final long version) {
        return new SnapshotInfo(Path.of("image"), shard, 100 * version + shard, 42, 43);
    }

    private interface Longs {
        void put(long value);
    }

    private static void fill(final Longs to, final int shard, final long version) {
        final RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(1000 * version + shard);
        for (int i = 0; i < LONGS[shard]; i++) {
            to.put(random.nextLong());
        }
    }

    private static long chunks(final int shard) {
        return 1 + (LONGS[shard] * 8L) / MirrorWire.CHUNK;
    }

    private MirrorReader open() {
        final @Nullable MirrorReader reader = MirrorReader.open(directory, LONGS.length, CLOCK);
        return requireNonNull(reader);
    }

    /** Reads all images, checks every bit, and returns how many chunks were made from others. */
    private long images(final long version) {
        try (MirrorReader reader = open()) {
            for (int shard = 0; shard < LONGS.length; shard++) {
                check(reader, shard, version);
            }
            return reader.rebuilt();
        }
    }

    private static void check(final MirrorReader reader, final int shard, final long version) {
        try (SnapshotReader in = SnapshotReader.from(Path.of("image-" + shard), reader.image(shard))) {
            assertThat(in.info().sequence()).isEqualTo(100 * version + shard).isEqualTo(reader.sequence(shard));
            assertThat(in.info().stateHash()).isEqualTo(42);
            fill(value -> assertThat(in.getLong() == value).isTrue(), shard, version);
        }
    }
}
