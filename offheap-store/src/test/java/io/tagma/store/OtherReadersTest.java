package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers in C and Python, in processes of their own, beside a live writer: every row they are given is one version of it. */
@Timeout(120)
class OtherReadersTest {
    private static final int ROWS = 64;
    private static final int DIMENSION = 16;
    private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("tagma.root")));

    /** All floats of a row are equal in each version, and the time too: another mixture is torn. */
    private static final String C_READER = """
        #include "tagma_rows.h"
        int main(int argc, char **argv) {
            tagma_rows rows;
            const long wanted = argc > 2 ? atol(argv[2]) : 0;
            int code = tagma_rows_open(&rows, argv[1]);
            if (code != TAGMA_ROWS_OK) { printf("open %d\\n", code); return 1; }
            long torn = 0, busy = 0, versions = 0;
            double last = -1;
            float floats[16];
            tagma_row_header header;
            for (long i = 0; i < wanted; i++) {
                code = tagma_rows_read(&rows, 1 + i % 64, floats, &header);
                if (code == TAGMA_ROWS_BUSY) { busy++; continue; }
                if (code != TAGMA_ROWS_OK) { printf("read %d\\n", code); return 1; }
                for (int k = 1; k < 16; k++) { torn += floats[k] != floats[0]; }
                torn += (double) header.updated_ns != (double) floats[0];
                versions += floats[0] != last;
                last = floats[0];
            }
            float none[16];
            printf("torn %ld versions %ld busy %ld missing %d\\n", torn, versions, busy,
                    tagma_rows_read(&rows, 4711, none, NULL));
            tagma_rows_close(&rows);
            return torn != 0 || versions < 100;
        }
        """;

    private static final String PYTHON_READER = """
        import sys
        sys.path.insert(0, sys.argv[3])
        import tagma_rows
        torn = versions = busy = 0
        last = None
        with tagma_rows.Rows(sys.argv[1]) as rows:
            for i in range(int(sys.argv[2])):
                try:
                    row = rows.read(1 + i % 64)
                except tagma_rows.Busy:
                    busy += 1
                    continue
                torn += len(set(row.floats)) != 1 or row.updated_ns != row.floats[0]
                versions += row.floats[0] != last
                last = row.floats[0]
            missing = rows.read(4711)
            assert sorted(rows.subjects()) == list(range(1, 65)), rows.subjects()
        print("torn", torn, "versions", versions, "busy", busy, "missing", missing)
        sys.exit(torn != 0 or versions < 100 or missing is not None)
        """;

    @TempDir
    Path temp;

    @Test
    void aReaderInCSeesNoTornRow() throws IOException, InterruptedException {
        readInC(1_000_000);
    }

    @Test
    @Tag("slow")
    void aReaderInCSeesNoTornRowInTenMillion() throws IOException, InterruptedException {
        readInC(10_000_000);
    }

    private void readInC(final long reads) throws IOException, InterruptedException {
        final Path source = Files.writeString(temp.resolve("reader.c"), C_READER);
        final Path program = temp.resolve("reader");
        assumeTrue(found("gcc"), "no gcc: the reader in C is not tried");
        run(List.of(
                "gcc",
                "-std=c11",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-I" + ROOT.resolve("native/include"),
                "-o",
                program.toString(),
                source.toString()));
        assertThat(besideAWriter(List.of(program.toString(), map().toString(), Long.toString(reads))))
                .contains("torn 0 ")
                .contains("missing -1");
    }

    @Test
    void aReaderInPythonSeesNoTornRow() throws IOException, InterruptedException {
        readInPython(30_000);
    }

    @Test
    @Tag("slow")
    @Timeout(3600)
    void aReaderInPythonSeesNoTornRowInTenMillion() throws IOException, InterruptedException {
        readInPython(10_000_000);
    }

    private void readInPython(final long reads) throws IOException, InterruptedException {
        assumeTrue(found("python3"), "no python3: the reader in Python is not tried");
        final Path script = Files.writeString(temp.resolve("reader.py"), PYTHON_READER);
        assertThat(besideAWriter(List.of(
                        "python3",
                        script.toString(),
                        map().toString(),
                        Long.toString(reads),
                        ROOT.resolve("tools/python").toString())))
                .contains("torn 0 ")
                .contains("missing None");
    }

    @Test
    void aDamagedRowIsNotServed() throws IOException, InterruptedException {
        assumeTrue(found("python3"), "no python3: the reader in Python is not tried");
        try (ProfileStore store = ProfileStore.open(config())) {
            final ProfileRow row = store.newRow().wrap(store.acquireRow(7));
            row.beginUpdate();
            row.set(3, 1.5f);
            row.endUpdate(9);
            Memory.putInt(row.address() + RowLayout.HEADER_LENGTH + 12, Float.floatToRawIntBits(1.25f));

            final Process reader = start(List.of(
                    "python3",
                    "-c",
                    "import sys; sys.path.insert(0, sys.argv[2]); import tagma_rows\n"
                            + "tagma_rows.Rows(sys.argv[1]).read(7)",
                    map().toString(),
                    ROOT.resolve("tools/python").toString()));
            assertThat(output(reader)).contains("Damaged", "subject 7");
            assertThat(reader.waitFor()).isNotZero();
        }
    }

    /** Updates rows for as long as a reader works, and returns what that printed. */
    private String besideAWriter(final List<String> reader) throws IOException, InterruptedException {
        try (ProfileStore store = ProfileStore.open(config())) {
            final ProfileRow row = store.newRow();
            final long[] addresses = new long[ROWS];
            for (int i = 0; i < ROWS; i++) {
                addresses[i] = store.acquireRow(i + 1L);
                update(row.wrap(addresses[i]), 0);
            }
            final Process process = start(reader);
            int version = 0;
            while (process.isAlive()) {
                version = (version + 1) & 0xff_ffff; // what a float holds exactly
                for (int i = 0; i < ROWS; i++) {
                    update(row.wrap(addresses[i]), version);
                }
            }
            final String printed = output(process);
            assertThat(process.waitFor()).as(printed).isZero();
            return printed;
        }
    }

    private static void update(final ProfileRow row, final int version) {
        row.beginUpdate();
        for (int k = 0; k < DIMENSION; k++) {
            row.set(k, version);
        }
        row.endUpdate(version);
    }

    private Path map() {
        return temp.resolve("shard-0.dat");
    }

    private ProfileStoreConfig config() {
        return new ProfileStoreConfig(map(), 128, DIMENSION, 1, 0, ProfileStoreConfig.Mode.CREATE);
    }

    private static boolean found(final String program) {
        try {
            return start(List.of(program, "--version")).waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(final List<String> command) throws IOException, InterruptedException {
        final Process process = start(command);
        final String printed = output(process);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
    }

    private static Process start(final List<String> command) throws IOException {
        return new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .start();
    }

    private static String output(final Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
