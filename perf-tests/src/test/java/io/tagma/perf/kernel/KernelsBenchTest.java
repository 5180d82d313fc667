package io.tagma.perf.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelsBenchTest {
    private static final String LIBRARY = "tagma.cuda.library";

    @TempDir
    private Path folder = Path.of("");

    private static int bench(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("bench", "kernels"));
        all.addAll(List.of(arguments));
        final PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return Tagma.execute(new Terminal(stream, stream, false), all.toArray(String[]::new));
    }

    /** On a GPU that is the processor, by the test-only driver: its figures mean nothing here, its bits do. */
    @Test
    void aGpuIsMeasuredWhereThereIsOne() throws IOException {
        final Path built = Path.of(System.getProperty("tagma.root", ".."), "native/target");
        for (final String line : Files.readAllLines(built.resolve("status"))) {
            assumeTrue(!line.matches("(test-driver|cpu-kernels)=skipped.*"), line);
        }
        final Path driver = folder.resolve("libcuda.so");
        Files.write(driver, Files.readAllBytes(built.resolve("test-driver/one-device/libcuda.so.1")));
        final Path summary = folder.resolve("summary.json");
        System.setProperty(LIBRARY, driver.toString());
        try {
            assertThat(bench("--quick", "--rows", "1024", "--summary", summary.toString()))
                    .isZero();
        } finally {
            System.clearProperty(LIBRARY);
        }

        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.path("parity")).hasSize(20);
        for (final JsonNode line : json.path("parity")) {
            assertThat(line.path("differing").asLong()).as(line.toString()).isZero();
        }
        assertThat(json.path("kernels"))
                .filteredOn(kernel -> "cuda".equals(kernel.path("provider").asText()))
                .hasSize(7);
        for (final String figure : List.of("fma_gflops", "copy_gbps", "batch_of_one_p50_ns", "batch_of_one_p99_ns")) {
            assertThat(json.path("gpu").path(figure).asDouble()).as(figure).isPositive();
        }
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
        for (final String library : List.of("ONNX Runtime", "OpenBLAS", "PyTorch")) {
            assertThat(providers.contains(
                                    library.equals("PyTorch")
                                            ? "torch"
                                            : library.split(" ", -1)[0].toLowerCase(Locale.ROOT))
                            || json.path("notes").toString().contains(library + " is left out"))
                    .as(library)
                    .isTrue();
        }
    }

    private Path python(final String body) throws IOException {
        final Path python = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + body);
        assertThat(python.toFile().setExecutable(true)).isTrue();
        return python;
    }

    private static List<TorchKernels.Job> jobs() {
        return List.of(
                new TorchKernels.Job("dense", 64, 256, 128, "dense scores", "64 x 256 x 128", 4e6, Double.NaN),
                new TorchKernels.Job("top", 10, 4096, 256, "top 10", "4096 x 256", 2e6, 4e6));
    }

    /** A Python that says what PyTorch would. */
    @Test
    void pyTorchIsAskedForTheSameShapes() throws Exception {
        final Path python = python("""
            grep -q 'torch.addmm' "$1" || exit 9
            echo "a warning of somebody's"
            echo "torch=2.9 on $2 in $3 rounds"
            shift 3
            for job; do echo "$job=125000"; done
            """);

        final TorchKernels torch = new TorchKernels(folder, python.toString(), true, true);
        final Map<TorchKernels.Job, Double> found = torch.measure(jobs());

        assertThat(torch.version()).isEqualTo("2.9 on cuda in 1 rounds");
        assertThat(found).hasSize(2).containsEntry(jobs().get(0), 125_000.0).containsEntry(jobs().get(1), 125_000.0);
        assertThat(jobs().get(0).argument()).isEqualTo("dense,64,256,128");
    }

    @Test
    void aPythonWithoutPyTorchIsLeftOutWithTheReason() throws IOException {
        for (final String[] each : new String[][] {
            {"echo 'missing=/usr/bin/python3 has no torch (pip install torch)'", "has no torch (pip install torch)"},
            {"echo 'Traceback: out of memory' >&2; exit 3", "it ended with code 3: Traceback: out of memory"},
            {"echo dense,64,256,128=soon", "says 'soon' for a time"}
        }) {
            final Path python = python(each[0] + "\n");
            assertThatThrownBy(() -> new TorchKernels(folder, python.toString(), false, true).measure(jobs()))
                    .isInstanceOf(DensePeers.Unavailable.class)
                    .hasMessageContaining("PyTorch is left out")
                    .hasMessageContaining(each[1]);
        }
        assertThatThrownBy(() -> new TorchKernels(folder, folder + "/no-python", false, true).measure(jobs()))
                .isInstanceOf(DensePeers.Unavailable.class)
                .hasMessageContaining("no-python")
                .hasMessageContaining("--python");
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
