package io.tagma.perf.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.kernel.ScalarKernels;
import io.tagma.engine.kernel.WeightTable;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelsBenchTest {
    @TempDir
    private Path folder = Path.of("");

    private static int bench(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("bench", "kernels"));
        all.addAll(List.of(arguments));
        final PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return Tagma.execute(new Terminal(stream, stream, false), all.toArray(String[]::new));
    }

    /** C, where there is a gcc, comes to the same bits, or the run ends with an error. */
    @Test
    void everyKernelIsMeasuredAndNoBitDiffers() throws IOException {
        final Path summary = folder.resolve("summary.json");

        assertThat(bench("--quick", "--rows", "4096", "--summary", summary.toString()))
                .isZero();

        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.path("parity")).hasSize(10);
        for (final JsonNode line : json.path("parity")) {
            assertThat(line.path("differing").asLong()).as(line.toString()).isZero();
            assertThat(line.path("floats").asLong()).isGreaterThan(100);
        }
        assertThat(json.path("limits").path("fma_gflops").asDouble()).isPositive();
        assertThat(json.path("limits").path("read_gbps").asDouble()).isPositive();
        assertThat(json.path("kernels")).hasSizeGreaterThanOrEqualTo(7);
        final Set<String> providers = new TreeSet<>();
        for (final JsonNode kernel : json.path("kernels")) {
            assertThat(kernel.path("ns").asDouble()).as(kernel.toString()).isPositive();
            providers.add(kernel.path("provider").asText());
        }
        // Other libraries are held against our scores, or the notes say why they are not there.
        for (final String library : List.of("ONNX Runtime", "OpenBLAS")) {
            assertThat(providers.contains(library.split(" ", -1)[0].toLowerCase(Locale.ROOT))
                            || json.path("notes").toString().contains(library + " is left out"))
                    .as(library)
                    .isTrue();
        }
    }

    /** A provider that is a bit off in one kernel. */
    @Test
    void oneBitIsFound() {
        final OtherKernels wrong = new OtherKernels(new ScalarKernels()) {
            @Override
            public void exp(final float[] x, final int n) {
                super.exp(x, n);
                if (n > 100) {
                    x[100] = Math.nextUp(x[100]);
                }
            }
        };

        final List<ParityTable.Line> lines = new ParityTable(new ScalarKernels(), wrong).lines();

        assertThat(lines)
                .filteredOn(line -> line.differing() > 0)
                .extracting(ParityTable.Line::kernel)
                .containsExactly("exp");
    }

    @Test
    void aProviderThatPassesOnDoesTheSame() {
        final WeightTable table = new WeightTable(3, 2);
        table.addRow();
        final OtherKernels other = new OtherKernels(new ScalarKernels());
        final float[] gradient = new float[table.stride()];
        gradient[1] = 1f;
        other.sparseAdaGrad(table, new int[] {0}, new float[] {2f}, 1, gradient, 0.5f, 1f);
        assertThat(table.weight(0, 1)).isNegative();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(bench("--rows", "-5")).isEqualTo(Tagma.EXIT_USAGE);
    }
}
