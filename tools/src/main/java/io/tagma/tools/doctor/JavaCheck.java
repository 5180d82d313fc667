package io.tagma.tools.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tagma.engine.Engine;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.ToolProvider;

/** The JVM: its version, its flags, what it may open. Stateless. */
final class JavaCheck {
    private static final int WANTED = 25;
    private static final long FEW_FILES = 4096;
    private static final double GIB = 1L << 30;
    private static final String ARGS = "start java with @config/jvm.args, as tools/bin/tagma does";

    private JavaCheck() {}

    static List<Finding> findings() {
        final List<Finding> findings = new ArrayList<>();
        findings.add(version(Runtime.version().feature()));
        findings.add(
                ToolProvider.getSystemJavaCompiler() == null
                        ? Finding.bad(
                                "java compiler",
                                "none: this is a JRE",
                                "install a JDK; Chronicle compiles accessors at run time")
                        : Finding.ok("java compiler", "there"));
        findings.add(
                Engine.class.getModule().isNativeAccessEnabled()
                        ? Finding.ok("native access", "enabled")
                        : Finding.warn(
                                "native access",
                                "not enabled: no page is brought in ahead, no GPU is used",
                                "add --enable-native-access=ALL-UNNAMED; " + ARGS));
        findings.add(opened());
        findings.add(heap());
        findings.add(files());
        return findings;
    }

    static Finding version(final int feature) {
        final String fact = System.getProperty("java.vm.name") + " " + Runtime.version();
        return feature < WANTED
                ? Finding.bad("java", fact, "install a JDK " + WANTED + " or set JAVA_HOME to it")
                : Finding.ok("java", fact);
    }

    private static Finding opened() {
        final Module mine = Engine.class.getModule();
        final Module base = Object.class.getModule();
        final List<String> closed = new ArrayList<>();
        for (final String name : List.of("java.lang", "java.lang.reflect")) {
            if (!base.isOpen(name, mine)) {
                closed.add(name);
            }
        }
        for (final String name : List.of("sun.nio.ch", "jdk.internal.misc", "jdk.internal.ref")) {
            if (!base.isExported(name, mine)) {
                closed.add(name);
            }
        }
        return closed.isEmpty()
                ? Finding.ok("java modules", "open to Chronicle and Agrona")
                : Finding.bad("java modules", "closed: " + String.join(", ", closed), ARGS);
    }

    private static Finding heap() {
        final List<String> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(java.lang.management.MemoryManagerMXBean::getName)
                .toList();
        return Finding.ok(
                "java heap",
                String.format(
                        Locale.ROOT,
                        "%.1f GiB at most, collected by %s",
                        Runtime.getRuntime().maxMemory() / GIB,
                        String.join(" and ", collectors)));
    }

    private static Finding files() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)) {
            return Finding.warn("open files", "not known here", "Linux is what Tagma is run on");
        }
        final long most = unix.getMaxFileDescriptorCount();
        return most < FEW_FILES
                ? Finding.warn(
                        "open files", most + " at most", "raise it: ulimit -n 65536, or LimitNOFILE= of the service")
                : Finding.ok("open files", most + " at most");
    }
}
