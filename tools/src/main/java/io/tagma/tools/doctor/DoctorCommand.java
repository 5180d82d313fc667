package io.tagma.tools.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.cuda.CudaAvailability;
import io.tagma.cuda.CudaDriver;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagma doctor}: says what of this machine helps or hinders, in words that can be acted on. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Looks at Java, processor, memory, GPU, disk and clock, and says what to do about them.",
        footer = {"", "Exit code 0 where the engine works, also with warnings; 1 where it does not."})
public final class DoctorCommand implements Callable<Integer> {
    private static final String CUDA_LIBRARY = "tagma.cuda.library";
    private static final List<String> PROGRAMS = List.of("redis-server", "python3", "gcc", "nvcc");

    private final Terminal terminal;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Looks at the disk of this directory (default: the current one).")
    private Path directory = Path.of("");

    @Option(
            names = "--calibrate",
            description = "Also measures which kernels are faster from which size on; takes some seconds.")
    private boolean calibrate;

    @Option(names = "--json", description = "One JSON object, for machines.")
    private boolean json;

    /** The command, for a terminal. */
    public DoctorCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final Path folder = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new ToolException(
                    "--dir " + directory + " is no directory; give the one that the engine's will lie in");
        }
        final List<Finding> findings = findings(folder, SystemFiles.here());
        findings.addAll(CalibrationCheck.findings(folder, calibrate));
        if (json) {
            terminal.out().println(json(findings));
        } else {
            print(findings);
        }
        return count(findings, Finding.Level.BAD) == 0 ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private static List<Finding> findings(final Path folder, final SystemFiles files) {
        final List<Finding> findings = new ArrayList<>(JavaCheck.findings());
        findings.addAll(MachineCheck.findings(files, Runtime.getRuntime().availableProcessors()));
        final CudaAvailability gpu = CudaDriver.open(System.getProperty(CUDA_LIBRARY, CudaDriver.LIBRARY_NAME));
        findings.add(GpuCheck.finding(gpu));
        if (gpu instanceof CudaAvailability.Available) {
            findings.add(GpuCheck.kernels(KernelsProvider.select("cuda")));
        }
        findings.addAll(DiskCheck.findings(folder, files, SystemNanoClock.INSTANCE));
        findings.addAll(ClockCheck.findings(files, SystemNanoClock.INSTANCE));
        findings.add(programs(files));
        return findings;
    }

    private static Finding programs(final SystemFiles files) {
        return Finding.ok(
                "programs",
                PROGRAMS.stream()
                        .map(name -> name + " "
                                + files.program(name).map(Path::toString).orElse("not found"))
                        .collect(Collectors.joining(", ", "none is needed; ", "")));
    }

    private static long count(final List<Finding> findings, final Finding.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private void print(final List<Finding> findings) {
        for (final Finding finding : findings) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%-5s %-14s %s%n",
                            finding.level().name().toLowerCase(Locale.ROOT),
                            finding.name(),
                            finding.fact());
            if (!finding.advice().isEmpty()) {
                terminal.out().printf(Locale.ROOT, "%-20s -> %s%n", "", finding.advice());
            }
        }
        final long bad = count(findings, Finding.Level.BAD);
        final long warned = count(findings, Finding.Level.WARN);
        terminal.out()
                .println(
                        bad > 0
                                ? "the engine does not work here: see what is bad"
                                : warned > 0
                                        ? "the engine works here; " + warned + (warned == 1 ? " thing" : " things")
                                                + " could be better"
                                        : "the engine works here");
    }

    private static String json(final List<Finding> findings) throws IOException {
        final ObjectMapper mapper = new ObjectMapper();
        final ObjectNode root = mapper.createObjectNode();
        root.put("works", count(findings, Finding.Level.BAD) == 0);
        final ArrayNode list = root.putArray("findings");
        for (final Finding finding : findings) {
            list.addObject()
                    .put("name", finding.name())
                    .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                    .put("fact", finding.fact())
                    .put("advice", finding.advice());
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }
}
