package io.tagma.engine.agent.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry in a file that processes share; here two mappings of it in one process. */
class SharedRegistryTest extends RegistryContract {
    @TempDir
    Path directory;

    @Override
    RegistryBackend make() {
        return SharedRegistry.open(file(), LEAST_CAPACITY, () -> 1000);
    }

    private Path file() {
        return directory.resolve("registry");
    }

    @Test
    void whatOneMappingWritesTheOtherReads() {
        try (SharedRegistry second = SharedRegistry.attach(file(), () -> 1000);
                SharedRegistry view = SharedRegistry.view(file())) {
            final RegistryWatch watch = view.watch(NS);
            register("a", me);

            assertThat(second.lookup(NS, "a")).isEqualTo(backend.lookup(NS, "a"));
            assertThat(await(second.update(NS, "a", Map.of("k", "v"), me)).done())
                    .isTrue();
            assertThat(found(backend, NS, "a").descriptor().metadata()).containsEntry("k", "v");
            final Changes changes = new Changes();
            watch.poll(changes, 10);
            assertThat(changes.seen)
                    .extracting(RegistryChange::kind)
                    .containsExactly(RegistryChange.Kind.UP, RegistryChange.Kind.CHANGED);
            assertThat(view.lookup(NS, "a")).isEqualTo(backend.lookup(NS, "a"));
            assertThat(await(view.register(NS, AgentDescriptor.of("b"), me)).code())
                    .isEqualTo(RegistryCode.CLOSED);
            assertThat(view.doWork()).isZero();
        }
    }

    /** The layout is other programs' too: these bytes change with {@link SharedFile#VERSION} alone. */
    @Test
    void theBytesAreThoseOfTheLayout() throws IOException {
        final ProcessId process = new ProcessId(0x1234, 0x56789);
        final LeaseOwner owner = LeaseOwner.remote(LeaseOwner.Kind.AGENT, process, 3, "o");
        final AgentDescriptor said = new AgentDescriptor("ab", Set.of("c"), Map.of("k", "v"), true);
        final byte[] entry = Objects.requireNonNull(EntryCodec.encode(new RegistryEntry("n", said, 7, owner, 5, 1000)));
        assertThat(HexFormat.of().formatHex(entry, 4, entry.length))
                .isEqualTo("4d000000" + "0500000000000000" + "e803000000000000" + "3412000000000000"
                        + "8967050000000000" + "0300000000000000" + "07000000" + "02" + "01" + "01006e" + "02006162"
                        + "01006f" + "0100" + "010063" + "0100" + "01006b" + "010076");
        assertThat(EntryCodec.decode(entry, owners -> owners))
                .isEqualTo(new RegistryEntry("n", said, 7, owner, 5, 1000));

        register("a", me);
        final byte[] file = Files.readAllBytes(file());
        assertThat(new String(file, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("TAGMARG1");
        assertThat(HexFormat.of().formatHex(file, 8, 20)).isEqualTo("01000000" + "80000000" + "00040000");
        assertThat(file).hasSize(4096 + 128 * 8 + 1024 * 1024 + 128 * 2048);
        assertThat(HexFormat.of().formatHex(file, 32, 56))
                .isEqualTo("0000000000000000" + "0100000000000000" + "0100000000000000");
        final int slot = RegistryEntry.hash(NS, "a") & 127;
        assertThat(file[4096 + 8 * slot]).isEqualTo((byte) (1 << 3 | 2 | 1));
    }

    @Test
    void theFileIsItsOwnersAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsThereOutlivesTheMapping() throws Exception {
        register("a", LeaseOwner.thisProcess());
        backend.close();
        assertThat(backend.lookup(NS, "a")).isNull();
        assertThat(register("b", me).code()).isEqualTo(RegistryCode.CLOSED);

        backend = make();

        assertThat(backend.lookup(NS, "a")).isNotNull();
        assertThat(backend.doWork()).isZero();
    }

    @Test
    void anEmptyFileGoesWithItsOpenerAndOthersAreTold() {
        try (SharedRegistry attached = SharedRegistry.attach(file(), () -> 1)) {
            backend.close();

            assertThat(file()).doesNotExist();
            assertThat(await(attached.register(NS, AgentDescriptor.of("a"), me)).code())
                    .isEqualTo(RegistryCode.CLOSED);
            assertThat(attached.lookup(NS, "a")).isNull();
        }
    }

    @Test
    void aTooLongEntryIsRefused() {
        register("a", me);
        final Map<String, String> novel = Map.of("text", "x".repeat(1_000));

        assertThat(register(NS, new AgentDescriptor("b", Set.of(), novel, false), me)
                        .code())
                .isEqualTo(RegistryCode.TOO_LONG);
        assertThat(await(backend.update(NS, "a", novel, me)).code()).isEqualTo(RegistryCode.TOO_LONG);
        assertThat(backend.lookup(NS, "b")).isNull();
        assertThat(found(backend, NS, "a").descriptor().metadata()).isEmpty();
    }

    @Test
    void aDamagedFileIsMadeAnewByItsOwnerAndRefusedToOthers() throws Exception {
        register("a", me);
        backend.close();
        try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
            bytes.seek(12);
            bytes.write(77);
        }

        assertThatThrownBy(() -> SharedRegistry.attach(file(), () -> 0))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("header is damaged")
                .hasMessageContaining("launch");
        assertThatThrownBy(() -> SharedRegistry.view(directory.resolve("none")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("none");
        backend = make();
        assertThat(backend.count(NS)).isZero();
    }

    @Test
    void aFileOfAnEarlierBootIsMadeAnew() throws Exception {
        register("a", me);
        backend.close();
        try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
            bytes.seek(24);
            bytes.writeLong(12345);
        }
        assertThat(SharedFile.fault(file())).contains("started again");

        backend = make();

        assertThat(backend.lookup(NS, "a")).isNull();
    }

    /** Wherever bytes are flipped: no read fails, and the registry can be written on. */
    @Test
    void flippedBytesCostTheirEntryAndNoMore() throws Exception {
        for (int i = 0; i < 40; i++) {
            register("n" + i, me);
        }
        backend.close();
        final long length = Files.size(file());
        final SplittableRandom random = new SplittableRandom(3);
        try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
            for (long at = 4096; at < length; at += 1 + random.nextInt(97)) {
                bytes.seek(at);
                final int old = bytes.read();
                if (old > 0) {
                    bytes.seek(at);
                    bytes.write(random.nextInt(256));
                }
            }
        }
        backend = make();
        final Changes changes = new Changes();
        backend.watch(null).poll(changes, 100);
        backend.doWork();
        for (int i = 0; i < 40; i++) {
            final RegistryEntry entry = backend.lookup(NS, "n" + i);
            assertThat(entry == null || entry.name().equals("n" + i)).isTrue();
        }
        assertThat(register("fresh", me).done()).isTrue();
        assertThat(backend.lookup(NS, "fresh")).isNotNull();
    }
}
