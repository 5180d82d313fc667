package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on the CUDA kernels, by way of the test-only driver whose GPU is the processor. */
class CudaRunTest {
    private static final String LIBRARY = "tagma.cuda.library";
    private static final String MINIMUM_WORK = "tagma.kernel.cuda.min.work";
    private static final Path BUILT =
            Path.of(System.getProperty("tagma.root", ".."), "native/target").toAbsolutePath();

    @TempDir
    private Path temporary;

    @AfterEach
    void forget() {
        System.clearProperty(LIBRARY);
        System.clearProperty(MINIMUM_WORK);
    }

    /** 400 utterances of 20 intents, whose words are theirs or anybody's. */
    private Path utterances() throws IOException {
        final SplittableRandom random = new SplittableRandom(3);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            final int intent = i % 20;
            text.append("intent").append(intent).append('\t');
            for (int w = 0; w < 6; w++) {
                text.append(
                                random.nextBoolean()
                                        ? "own" + intent + "x" + random.nextInt(5)
                                        : "any" + random.nextInt(40))
                        .append(w < 5 ? " " : "\n");
            }
        }
        return Files.writeString(temporary.resolve("utterances.tsv"), text);
    }

    /** A copy of its own, whose environment says that it has a device: nobody configures it here. */
    private Path driver() throws IOException {
        for (final String line : Files.readAllLines(BUILT.resolve("status"))) {
            assumeTrue(!line.matches("(test-driver|cpu-kernels)=skipped.*"), line);
        }
        final Path driver = temporary.resolve("libcuda.so");
        Files.write(driver, Files.readAllBytes(BUILT.resolve("test-driver/one-device/libcuda.so.1")));
        return driver;
    }

    @Test
    void theStateIsTheSameByScalarVectorAndCudaKernels() throws IOException {
        final Path driver = driver();
        final Path input = utterances();
        final String scalar = hash(input, "scalar");
        System.setProperty(LIBRARY, driver.toString());
        System.setProperty(MINIMUM_WORK, "1");

        assertThat(hash(input, "vector")).isEqualTo(scalar);
        assertThat(hash(input, "cuda")).isEqualTo(scalar);

        // Another machine, without a GPU: it says who decided, and comes to the same.
        final Invocation replay = Invocation.of("replay", temporary.resolve("cuda"), "--verify");
        assertThat(replay.code()).as(replay.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(replay.out()).contains("first decided by cuda, replayed by vector", "all equal", scalar);
    }

    @Test
    void cardFraudIsTheSameByScalarAndCudaKernelsToo() throws IOException {
        System.setProperty(LIBRARY, driver().toString());
        System.setProperty(MINIMUM_WORK, "1");
        final List<String> hashes = Stream.of("scalar", "cuda")
                .map(kernel -> Invocation.of(
                        "run",
                        "card-fraud",
                        "--events",
                        600,
                        "--dir",
                        temporary.resolve("fraud-" + kernel),
                        "--kernel",
                        kernel))
                .map(run -> {
                    assertThat(run.code()).as(run.err()).isEqualTo(Tagma.EXIT_OK);
                    return run.after("state hash");
                })
                .distinct()
                .toList();
        assertThat(hashes).hasSize(1);
    }

    @Test
    void theDoctorChecksTheKernelsOnTheGpuThatItFinds() throws IOException {
        System.setProperty(LIBRARY, driver().toString());

        final Invocation doctor = Invocation.of("doctor", "--dir", temporary);

        assertThat(doctor.code()).as(doctor.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(doctor.out())
                .contains("Tagma test device 0, compute capability", "--kernel auto and cuda use the first")
                .contains("gpu kernels", "agree with the reference bit by bit", "tagma doctor --calibrate");
    }

    /** Where the driver fails once and then for good, a user finds out when, why, and that nothing else changed. */
    @Test
    void whoReadsTheJournalFindsOutWhenAndWhyTheGpuWasLeft() throws IOException {
        final Path input = utterances();
        final String expected = hash(input, "scalar");
        System.setProperty(MINIMUM_WORK, "1");
        final Path driver = driver();
        System.setProperty(LIBRARY, driver.toString());
        configure(driver, "devices=1 cuGraphLaunch#40=999 cuStreamSynchronize#200=719");

        assertThat(hash(input, "cuda")).isEqualTo(expected);

        System.setProperty(LIBRARY, "libtagma-has-no-such-driver.so.1");
        final Path directory = temporary.resolve("cuda");
        final Invocation facts = Invocation.of("audit", directory, "--kernels");
        assertThat(facts.code()).as(facts.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(facts.out())
                .contains("launch behind input 0: CUDA kernels on Tagma test device 0")
                .containsPattern("failure 1, at input 0:\\d+: sparse\\w+ failed on the GPU .*999 CUDA_ERROR_UNKNOWN")
                .containsPattern(
                        "failure 2, at input 0:\\d+: sparse\\w+ failed on the GPU .*719 CUDA_ERROR_LAUNCH_FAILED")
                .contains("The GPU is left", "tagma doctor");
        final List<String> json = Invocation.of("audit", directory, "--kernels", "--json")
                .out()
                .lines()
                .toList();
        assertThat(json).hasSize(3);
        assertThat(json.get(0)).contains("\"fact\":\"launch\"", "\"kernels\":\"cuda\"");
        assertThat(json.get(1)).contains("\"number\":1", "\"left\":false");
        assertThat(json.get(2)).contains("\"number\":2", "\"left\":true");

        final Invocation replay = Invocation.of("replay", directory, "--verify");
        assertThat(replay.code()).as(replay.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(replay.out())
                .containsPattern(
                        "gpu +2 calls of shard 0 failed .*the GPU was left at input \\d+; tagma audit .* --kernels")
                .contains("all equal", expected);
        final String left = json.get(2).replaceAll(".*\"sequence\":(\\d+).*", "$1");
        final String later = String.valueOf(Long.parseLong(left) + 20 - Long.parseLong(left) % 2);
        assertThat(explained(directory, later) + explained(directory, String.valueOf(Long.parseLong(later) + 1)))
                .contains("computed by   cuda, launched behind input 0: CUDA kernels on")
                .contains("gpu left      at input " + left);
    }

    private static String explained(final Path directory, final String sequence) {
        return Invocation.of("replay", directory, "--explain", sequence).out();
    }

    @SuppressWarnings("restricted")
    private static void configure(final Path driver, final String specification) {
        try (Arena arena = Arena.ofConfined()) {
            final int code = (int) Linker.nativeLinker()
                    .downcallHandle(
                            SymbolLookup.libraryLookup(driver, Arena.global()).findOrThrow("tagma_test_configure"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                    .invokeExact(arena.allocateFrom(specification));
            assertThat(code).isZero();
        } catch (final Throwable thrown) {
            throw new AssertionError(specification, thrown);
        }
    }

    private String hash(final Path input, final String kernel) {
        final Path directory = temporary.resolve(kernel);
        final Path summary = temporary.resolve(kernel + ".json");
        final Invocation run = Invocation.of(
                "run", "intent-desk", "--input", input, "--dir", directory, "--kernel", kernel, "--summary", summary);
        assertThat(run.code()).as(run.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(run.out()).contains(kernel.equals("cuda") ? "Tagma test device 0" : kernel + " kernels");
        return run.after("state hash");
    }

    @Test
    void whereThereIsNoDriverTheRunSaysWhyAndTheCpuGoesOn() {
        System.setProperty(LIBRARY, "libtagma-has-no-such-driver.so.1");

        final Invocation run =
                Invocation.of("run", "--events", 10, "--dir", temporary.resolve("d"), "--kernel", "cuda");

        assertThat(run.code()).as(run.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(run.out()).contains("vector kernels of ", "without a GPU: NO_DRIVER_LIBRARY", "decisions     10 ");
        assertThat(run.err())
                .startsWith("tagma: --kernel cuda: vector kernels")
                .contains("the CPU goes on, with the same decisions to the last bit", "tagma doctor")
                .contains("NO_DRIVER_LIBRARY", "libtagma-has-no-such-driver.so.1", "nstalled")
                .doesNotContain("internal error");
    }
}
