package io.tagma.engine.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A test's copy of the test-only driver, whose GPU is the processor: a file of its own, so that what breaks or retires its device is
 * no other test's.
 */
final class CudaStandIn {
    /** A driver that no machine has. */
    static final String NONE = "libtagma-has-no-such-driver.so.1";

    private static final Path BUILT = Path.of(System.getProperty("tagma.root", ".."), "native", "target")
            .toAbsolutePath()
            .normalize();

    private final Path library;
    private final SymbolLookup symbols;

    @SuppressWarnings("restricted")
    private CudaStandIn(final Path library) {
        this.library = library;
        this.symbols = SymbolLookup.libraryLookup(library, Arena.global());
    }

    /** A fresh copy in a folder; skips the test, saying why, where it could not be built. */
    static CudaStandIn in(final Path folder) throws IOException {
        final Path status = BUILT.resolve("status");
        assertThat(status)
                .as("left by the build of module native; run ./mvnw -pl engine -am, or sh native/build.sh")
                .exists();
        for (final String line : Files.readAllLines(status)) {
            assumeTrue(!line.matches("(test-driver|cpu-kernels)=skipped.*"), line);
        }
        final Path copy = Files.createTempFile(folder, "libcuda", ".so");
        Files.write(copy, Files.readAllBytes(BUILT.resolve("test-driver/libcuda.so.1")));
        return new CudaStandIn(copy);
    }

    String library() {
        return library.toString();
    }

    /** From now on it is this process's driver; until {@link #forget}. */
    CudaStandIn use() {
        System.setProperty(CudaGpu.LIBRARY_PROPERTY, library());
        return this;
    }

    /** From now on this process has no driver; until {@link #forget}. */
    static void useNone() {
        System.setProperty(CudaGpu.LIBRARY_PROPERTY, NONE);
    }

    /** The driver is the system's again, and what is worth a call too. */
    static void forget() {
        System.clearProperty(CudaGpu.LIBRARY_PROPERTY);
        System.clearProperty(CudaKernels.MINIMUM_WORK_PROPERTY);
    }

    /** Starts anew with a specification, e.g. {@code "devices=1 cuStreamSynchronize#2=719"}; see tagma_test_driver.h. */
    CudaStandIn configure(final String specification) {
        assertThat(call("tagma_test_configure", JAVA_INT, specification))
                .as(specification)
                .isZero();
        return this;
    }

    /** How often a call of the driver was made since. */
    long calls(final String name) {
        return call("tagma_test_calls", JAVA_LONG, name);
    }

    /** How much of a kind, e.g. {@code all}, was not given back. */
    long live(final String kind) {
        return call("tagma_test_live", JAVA_LONG, kind);
    }

    @SuppressWarnings("restricted")
    long misuses() {
        try {
            return (long) Linker.nativeLinker()
                    .downcallHandle(symbols.findOrThrow("tagma_test_misuses"), FunctionDescriptor.of(JAVA_LONG))
                    .invokeExact();
        } catch (final Throwable thrown) {
            throw new AssertionError("tagma_test_misuses", thrown);
        }
    }

    @SuppressWarnings("restricted")
    private long call(final String symbol, final java.lang.foreign.MemoryLayout answer, final String text) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment argument = arena.allocateFrom(text);
            final Number number = (Number) Linker.nativeLinker()
                    .downcallHandle(symbols.findOrThrow(symbol), FunctionDescriptor.of(answer, ADDRESS))
                    .invoke(argument);
            return number.longValue();
        } catch (final Throwable thrown) {
            throw new AssertionError(symbol + " " + text, thrown);
        }
    }
}
