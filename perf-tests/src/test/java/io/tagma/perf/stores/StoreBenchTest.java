package io.tagma.perf.stores;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreBenchTest {
    @TempDir
    Path directory;

    /** Each store keeps rows, adds to them, and has them when it is opened again. */
    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void everyStoreDoesTheSameJob(final StoreKind kind) {
        org.junit.jupiter.api.Assumptions.assumeTrue(kind.available(), kind + " is not installed");
        final float[] row = new float[Rows.DIMENSION];
        final boolean persists;
        try (Rows rows = kind.open(directory, 100)) {
            for (int i = 1; i <= 100; i++) {
                rows.update(i);
            }
            rows.update(7);
            rows.read(7, row);
            assertThat(row[0]).isEqualTo(2f);
            rows.read(8, row);
            assertThat(row[0]).isEqualTo(1f);
            assertThat(row[15]).isZero();
            persists = rows.persists();
        }
        if (persists) {
            try (Rows again = kind.open(directory, 100)) {
                again.read(7, row);
                assertThat(row[0]).isEqualTo(2f);
            }
        }
    }

    @Test
    void comparesAndSumsUp() throws IOException {
        final Path summary = directory.resolve("summary.json");
        assertThat(bench(
                        "--rows",
                        "2000",
                        "--seconds",
                        "0.02",
                        "--summary",
                        summary.toString(),
                        "--dir",
                        directory.toString()))
                .isZero();

        final JsonNode root = new ObjectMapper().readTree(summary.toFile());
        assertThat(root.at("/stores/0/name").asText()).isEqualTo("tagma");
        for (final JsonNode store : root.get("stores")) {
            assertThat(store.at("/update_ns/mean").asDouble()).isPositive();
            assertThat(store.at("/read_ns/p99").asDouble()).isPositive();
        }
        assertThat(root.at("/stores/1/recovery_s").isNull()).isTrue();
        assertThat(root.at("/ratios/lmdb/update").asDouble()).isPositive();
        assertThat(root.get("dependent_read_ns").asDouble()).isPositive();
        assertThat(root.get("fresh_page_ns").asDouble()).isPositive();
        assertThat(root.at("/journal/grouped_ns").asDouble()).isPositive();
        assertThat(directory).isDirectoryNotContaining("glob:**tagma-bench-*");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(bench("--only", "oracle")).isNotZero();
        assertThat(bench("--rows", "0")).isNotZero();
    }

    private static int bench(final String... options) {
        final String[] arguments = new String[options.length + 2];
        arguments[0] = "bench";
        arguments[1] = "store";
        System.arraycopy(options, 0, arguments, 2, options.length);
        final PrintStream none = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return Tagma.execute(new Terminal(none, none, false), arguments);
    }
}
