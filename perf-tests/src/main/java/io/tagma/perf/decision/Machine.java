package io.tagma.perf.decision;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the figures were taken on. Immutable.
 *
 * @param cpu model
 * @param cores that this process may use
 * @param memoryGib physical memory
 * @param os name, version and architecture
 * @param java the JVM
 * @param load average over the last minute when the run began; negative where the system does not say
 */
public record Machine(String cpu, int cores, double memoryGib, String os, String java, double load) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final double GIB = 1L << 30;

    /** This machine, now. */
    public static Machine here() {
        final java.lang.management.OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        final double memory =
                system instanceof com.sun.management.OperatingSystemMXBean more ? more.getTotalMemorySize() / GIB : 0;
        return new Machine(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                memory,
                System.getProperty("os.name")
                        + ' '
                        + System.getProperty("os.version")
                        + ' '
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + ' ' + System.getProperty("java.vm.version"),
                system.getSystemLoadAverage());
    }

    private static String cpuModel() {
        try {
            final List<String> lines = Files.exists(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
            return lines.stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (final IOException e) {
            return "unknown";
        }
    }
}
