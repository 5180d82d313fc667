package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A test's hold on one build of the test-only driver: what it shall answer, and what it was asked. The library's state is the
 * process's, so tests that use it run one after the other.
 */
final class StandIn {
    private static final Path BUILT = Path.of(System.getProperty("tagma.root", ".."))
            .resolve("native/target")
            .toAbsolutePath()
            .normalize();

    private final Path library;
    private final SymbolLookup symbols;

    @SuppressWarnings("restricted")
    private StandIn(final Path library) {
        this.library = library;
        this.symbols = SymbolLookup.libraryLookup(library, Arena.global());
    }

    /** The whole driver; skips the test where it could not be built. */
    static StandIn whole() {
        return new StandIn(wholeLibrary());
    }

    /** A copy in a folder, so that what retires its device retires no other test's. */
    static StandIn copy(final Path folder) throws IOException {
        final Path copy = Files.createTempFile(folder, "libcuda", ".so");
        Files.write(copy, Files.readAllBytes(wholeLibrary()));
        return new StandIn(copy);
    }

    /** How much of a kind, e.g. {@code all}, was not given back. */
    long live(final String kind) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) handle("tagma_test_live", FunctionDescriptor.of(JAVA_LONG, ADDRESS))
                    .invokeExact(arena.allocateFrom(kind));
        } catch (final Throwable thrown) {
            throw new AssertionError("counting " + kind, thrown);
        }
    }

    /** A build without one of the calls; skips the test where it could not be built. */
    static StandIn without(final String call) {
        requireBuilt("test-driver");
        return new StandIn(BUILT.resolve("test-driver/missing").resolve(call).resolve("libcuda.so.1"));
    }

    static Path wholeLibrary() {
        requireBuilt("test-driver");
        return BUILT.resolve("test-driver/libcuda.so.1");
    }

    /** Skips the test, saying why, where the native build could not do a part; fails where it never ran. */
    static void requireBuilt(final String part) {
        final Path status = BUILT.resolve("status");
        assertThat(status)
                .as("left by the build of module native; run ./mvnw -pl cuda-bindings -am, or sh native/build.sh")
                .exists();
        final String line = lineOf(status, part + "=");
        assumeTrue(!line.startsWith("skipped"), () -> part + " " + line);
    }

    private static String lineOf(final Path status, final String key) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(status + " has no line " + key));
        } catch (final IOException e) {
            throw new AssertionError(status + " cannot be read", e);
        }
    }

    String libraryName() {
        return library.toString();
    }

    /** Starts anew with a specification, e.g. {@code "devices=2 cuInit=803"}; see tagma_test_driver.h. */
    StandIn configure(final String specification) {
        try (Arena arena = Arena.ofConfined()) {
            final int answer = (int) handle("tagma_test_configure", FunctionDescriptor.of(JAVA_INT, ADDRESS))
                    .invokeExact(arena.allocateFrom(specification));
            assertThat(answer)
                    .as("the test driver understands: " + specification)
                    .isZero();
            return this;
        } catch (final Throwable thrown) {
            throw new AssertionError("configuring " + specification, thrown);
        }
    }

    /** How often a call was made since it was configured. */
    long calls(final String call) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) handle("tagma_test_calls", FunctionDescriptor.of(JAVA_LONG, ADDRESS))
                    .invokeExact(arena.allocateFrom(call));
        } catch (final Throwable thrown) {
            throw new AssertionError("counting " + call, thrown);
        }
    }

    /** How many calls broke the driver's rules. */
    long misuses() {
        try {
            return (long) handle("tagma_test_misuses", FunctionDescriptor.of(JAVA_LONG))
                    .invokeExact();
        } catch (final Throwable thrown) {
            throw new AssertionError("counting misuses", thrown);
        }
    }

    /** Configures and opens, expecting a driver. */
    CudaDriver open(final String specification) {
        configure(specification);
        final CudaAvailability found = CudaDriver.open(libraryName());
        assertThat(found).isInstanceOf(CudaAvailability.Available.class);
        return ((CudaAvailability.Available) found).driver();
    }

    /** Configures and opens, expecting none. */
    CudaAvailability.Absent absent(final String specification) {
        configure(specification);
        final CudaAvailability found = CudaDriver.open(libraryName());
        assertThat(found).isInstanceOf(CudaAvailability.Absent.class);
        return (CudaAvailability.Absent) found;
    }

    @SuppressWarnings("restricted")
    private MethodHandle handle(final String symbol, final FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(symbol), descriptor);
    }
}
