package io.tagma.tools.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.tagma.engine.kernel.KernelsProvider;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Processor, memory, and which kernels they make for. Stateless. */
final class MachineCheck {
    private static final double GIB = 1L << 30;
    private static final double LITTLE_GIB = 2;
    private static final int FEW_MAPS = 65_530;

    private MachineCheck() {}

    static List<Finding> findings(final SystemFiles files, final int cores) {
        final List<Finding> findings = new ArrayList<>();
        findings.add(processor(files, cores));
        findings.add(kernels());
        findings.add(governor(files));
        findings.add(memory());
        findings.add(hugePages(files));
        findings.add(maps(files));
        return findings;
    }

    private static Finding processor(final SystemFiles files, final int cores) {
        final String flags = files.field("proc/cpuinfo", "flags").orElse("");
        final String width = has(flags, "avx512f")
                ? ", AVX-512"
                : has(flags, "avx2") ? ", AVX2" : has(flags, "avx") ? ", AVX without AVX2" : "";
        final String fact = files.field("proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")) + ", "
                + cores + (cores == 1 ? " core" : " cores") + width + (has(flags, "hypervisor") ? ", virtual" : "");
        return cores < 2
                ? Finding.warn(
                        "processor",
                        fact,
                        "give it two cores or more, or run with --threading caller: a shard, its callers and its"
                                + " observers share one")
                : Finding.ok("processor", fact);
    }

    private static boolean has(final String flags, final String flag) {
        return (" " + flags + " ").contains(" " + flag + " ");
    }

    private static Finding kernels() {
        final KernelsProvider.Selection selection = KernelsProvider.select("auto");
        return selection.fallback()
                ? Finding.warn(
                        "kernels",
                        selection.reason(),
                        "decisions are the same; scoring dense rows takes several times as long")
                : Finding.ok("kernels", selection.reason());
    }

    private static Finding governor(final SystemFiles files) {
        return files.text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
                .map(governor -> "performance".equals(governor)
                        ? Finding.ok("frequency", "governor " + governor)
                        : Finding.warn(
                                "frequency",
                                "governor " + governor,
                                "for steady latencies: cpupower frequency-set -g performance"))
                .orElse(Finding.ok("frequency", "not for this machine to set"));
    }

    private static Finding memory() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)) {
            return Finding.ok("memory", "not known here");
        }
        final double total = system.getTotalMemorySize() / GIB;
        final double swapped = (system.getTotalSwapSpaceSize() - system.getFreeSwapSpaceSize()) / GIB;
        final String fact = String.format(Locale.ROOT, "%.1f GiB, %.1f free", total, system.getFreeMemorySize() / GIB);
        if (swapped > LITTLE_GIB / 2) {
            return Finding.warn(
                    "memory",
                    fact + String.format(Locale.ROOT, ", %.1f GiB swapped out", swapped),
                    "a row that is swapped out takes milliseconds: add memory or switch swapping off");
        }
        return total < LITTLE_GIB
                ? Finding.warn("memory", fact, "lower the rows that are kept warm and the heap")
                : Finding.ok("memory", fact);
    }

    private static Finding hugePages(final SystemFiles files) {
        return files.chosen("sys/kernel/mm/transparent_hugepage/enabled")
                .map(mode -> "never".equals(mode)
                        ? Finding.warn(
                                "huge pages",
                                "transparent ones are off",
                                "with a heap of some GiB: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled,"
                                        + " and -XX:+UseTransparentHugePages")
                        : Finding.ok(
                                "huge pages",
                                "transparent ones on " + mode + "; rows lie in a mapped file, which has none"))
                .orElse(Finding.ok("huge pages", "this kernel has none that are transparent"));
    }

    private static Finding maps(final SystemFiles files) {
        final int most =
                files.text("proc/sys/vm/max_map_count").map(Integer::parseInt).orElse(FEW_MAPS);
        return most < FEW_MAPS
                ? Finding.warn("mappings", most + " at most", "sysctl vm.max_map_count=262144")
                : Finding.ok("mappings", most + " at most");
    }
}
