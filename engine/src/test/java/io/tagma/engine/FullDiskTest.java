package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.FullDiskEngine;
import io.tagma.engine.fixture.Journals;
import io.tagma.store.AuditTailer;
import io.tagma.store.StoreVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk that fills up under journal, audit, rows, archive and snapshots: the engine halts, and loses nothing that it told. */
@Timeout(120)
class FullDiskTest {
    private static final String SIZE = "400m"; // the journal insists on 256 MiB when it is opened

    @TempDir
    Path temp;

    /** What is left decides who meets the end of the disk first: the archive, or journal and audit. */
    @ParameterizedTest
    @CsvSource({"0,500", "600000,0"})
    void aFullDiskHaltsTheEngineAndTheNextLaunchGoesOn(final int leave, final int warmRows)
            throws IOException, InterruptedException {
        final Path disk = Files.createDirectory(temp.resolve("disk"));
        assumeTrue(mount("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "none", disk.toString()), "may not mount");
        try {
            final Path directory = disk.resolve("engine");
            final long heard;
            try (ChildJvm child =
                    ChildJvm.start(FullDiskEngine.class, directory, disk.resolve("ballast"), leave, warmRows)) {
                final long refused = Long.parseLong(child.lineAfter("refused "));
                assertThat(child.lineAfter("failure ")).containsAnyOf("NO_SPACE", "No space left on device");
                heard = Long.parseLong(child.lineAfter("heard "));
                assertThat(heard).isBetween(2000L, refused);
                assertThat(Long.parseLong(child.lineAfter("recovered "))).isGreaterThanOrEqualTo(heard);
                assertThat(child.lineAfter("then ")).isEqualTo("2001000");
            }
            nothingIsMissing(directory, heard, warmRows);
        } finally {
            assertThat(mount("umount", "-l", disk.toString())).isTrue();
        }
    }

    private static void nothingIsMissing(final Path directory, final long heard, final int warmRows) {
        assertThat(new StoreVerifier(directory).verify().damage()).isEmpty();
        final List<Long> decided = Journals.decisions(directory, 0).stream()
                .map(Journals.Decided::correlationId)
                .toList();
        assertThat(decided).startsWith(1L).endsWith(2_001_000L).contains(heard).doesNotHaveDuplicates();
        final List<Long> audited = new ArrayList<>();
        try (AuditTailer tailer = AuditTailer.open(directory.resolve("audit/shard-0"))) {
            while (tailer.next()) {
                audited.add((Long) tailer.fields().get("correlationId"));
            }
        }
        assertThat(audited).isEqualTo(decided);
        Engines.replay(FullDiskEngine.context(directory, warmRows));
    }

    private static boolean mount(final String... words) throws InterruptedException {
        try {
            final Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
