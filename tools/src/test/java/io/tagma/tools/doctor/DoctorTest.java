package io.tagma.tools.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.cuda.AbsenceReason;
import io.tagma.cuda.CudaAvailability;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    @TempDir
    private Path root = Path.of("");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int doctor(final String... arguments) {
        final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return Tagma.execute(new Terminal(stream, stream, false), arguments);
    }

    private void put(final String file, final String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    private static Finding named(final List<Finding> findings, final String name) {
        return findings.stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thisMachineRunsTheEngine() throws IOException {
        final int code = doctor("doctor", "--json", "--dir", root.toString());

        final JsonNode report = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(code).as(report.toPrettyString()).isZero();
        assertThat(report.path("works").asBoolean()).isTrue();
        final Set<String> names = new HashSet<>();
        for (final JsonNode finding : report.path("findings")) {
            assertThat(names.add(finding.path("name").asText())).isTrue();
            assertThat(finding.path("fact").asText()).isNotBlank();
            assertThat(finding.path("advice").asText().isEmpty())
                    .as(finding.toString())
                    .isEqualTo("ok".equals(finding.path("level").asText()));
        }
        assertThat(names).contains("java", "kernels", "gpu", "disk", "fsync", "clock", "huge pages", "memory");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void peopleReadALineEachAndAVerdict() {
        assertThat(doctor("doctor", "--dir", root.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("java ", "kernels ")
                .containsPattern("the engine works here");
    }

    @Test
    void whatIsNoDirectoryIsNamed() {
        assertThat(doctor("doctor", "--dir", root.resolve("none").toString())).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("none is no directory");
    }

    @Test
    void aMachineThatCouldBeBetterIsToldHow() throws IOException {
        put("proc/cpuinfo", "model name : Old Chip\nflags : fpu avx2 hypervisor\n");
        put("proc/sys/vm/max_map_count", "6000\n");
        put("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
        put("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");

        final List<Finding> findings = MachineCheck.findings(new SystemFiles(root, ""), 1);

        assertThat(named(findings, "processor").fact()).isEqualTo("Old Chip, 1 core, AVX2, virtual");
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Finding.Level.WARN)
                .extracting(Finding::name)
                .contains("processor", "frequency", "huge pages", "mappings");
        assertThat(named(findings, "mappings").fact()).isEqualTo("6000 at most");
    }

    @Test
    void aSlowClockIsFound() throws IOException {
        put("sys/devices/system/clocksource/clocksource0/current_clocksource", "acpi_pm\n");
        assertThat(named(ClockCheck.findings(new SystemFiles(root, ""), SystemNanoClock.INSTANCE), "clock"))
                .extracting(Finding::level)
                .isEqualTo(Finding.Level.WARN);

        final long[] now = {0};
        final NanoClock slow = () -> now[0] += 5_000_000;
        final List<Finding> findings = ClockCheck.findings(new SystemFiles(root, ""), slow);
        assertThat(findings).extracting(Finding::level).containsOnly(Finding.Level.WARN);
        assertThat(named(findings, "stops").fact()).startsWith("longest 5000 us");
    }

    @Test
    void anOldJavaIsBadAndNoGpuIsNot() {
        assertThat(JavaCheck.version(24).level()).isEqualTo(Finding.Level.BAD);
        assertThat(GpuCheck.finding(new CudaAvailability.Absent(
                                new AbsenceReason.NoDriverLibrary("libcuda.so.1"), "not there"))
                        .level())
                .isEqualTo(Finding.Level.OK);
        assertThat(GpuCheck.finding(
                        new CudaAvailability.Absent(new AbsenceReason.SymbolMissing(List.of("cuInit")), "too old")))
                .extracting(Finding::level, Finding::fact)
                .containsExactly(Finding.Level.WARN, "none (SYMBOL_MISSING): too old");
    }

    @Test
    void whetherAGpusKernelsCanBeUsedIsSaid() {
        final KernelsProvider.Selection processor = KernelsProvider.select("auto");
        assertThat(GpuCheck.kernels(new KernelsProvider.Selection(
                        processor.kernels(), "cuda", true, "vector kernels, without a GPU: it disagrees in dot")))
                .extracting(Finding::level, Finding::fact)
                .containsExactly(Finding.Level.WARN, "vector kernels, without a GPU: it disagrees in dot");
        assertThat(GpuCheck.kernels(new KernelsProvider.Selection(processor.kernels(), "cuda", false, "CUDA kernels"))
                        .level())
                .isEqualTo(Finding.Level.OK);
    }

    @Test
    void programsAreFoundOnTheSearchPath() throws IOException {
        final Path program = Files.writeString(root.resolve("gcc"), "#!/bin/sh\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        final SystemFiles files = new SystemFiles(root, ":" + root + ":/nowhere");

        assertThat(files.program("gcc")).contains(program);
        assertThat(files.program("nvcc")).isEmpty();
    }
}
