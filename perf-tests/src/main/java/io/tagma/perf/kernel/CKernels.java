package io.tagma.perf.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The kernels in C, compiled for this machine when the benchmark runs. Used by one thread. */
final class CKernels implements AutoCloseable {
    private static final long COMPILE_S = 60;

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle denseScores;
    private final MethodHandle bestRow;
    private final MethodHandle readAll;
    private final MethodHandle peak;
    private final MemorySegment score;

    /** Why it could not be compiled. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(final String why) {
            super(why);
        }
    }

    /**
     * Compiles and loads.
     *
     * @param directory where the library goes, which outlives this
     */
    @SuppressWarnings("restricted") // native access is what this class is for
    CKernels(final Path directory) throws Unavailable {
        final Path library = compile(directory);
        final SymbolLookup symbols = SymbolLookup.libraryLookup(library, arena);
        final ValueLayout.OfLong i64 = ValueLayout.JAVA_LONG;
        final var pointer = ValueLayout.ADDRESS;
        denseScores = handle(
                symbols, "dense_scores", FunctionDescriptor.ofVoid(pointer, i64, i64, pointer, i64, i64, pointer, i64));
        bestRow = handle(symbols, "best_row", FunctionDescriptor.of(i64, pointer, i64, i64, pointer, pointer));
        readAll = handle(symbols, "read_all", FunctionDescriptor.of(ValueLayout.JAVA_FLOAT, pointer, i64));
        peak = handle(symbols, "peak", FunctionDescriptor.of(i64, i64, ValueLayout.JAVA_FLOAT, pointer));
        score = arena.allocate(ValueLayout.JAVA_FLOAT);
    }

    @SuppressWarnings("restricted") // native access is what this class is for
    private static MethodHandle handle(
            final SymbolLookup symbols, final String name, final FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbols.find(name).orElseThrow(), descriptor);
    }

    private static Path compile(final Path directory) throws Unavailable {
        final Path source = directory.resolve("kernels.c");
        final Path library = directory.resolve("libkernels.so");
        try (InputStream in = CKernels.class.getResourceAsStream("kernels.c")) {
            if (in == null) {
                throw new Unavailable("kernels.c is not on the class path");
            }
            Files.write(source, in.readAllBytes());
            final Process gcc = new ProcessBuilder(
                            "gcc",
                            "-O3",
                            "-march=native",
                            "-ffp-contract=fast",
                            "-fno-math-errno",
                            "-shared",
                            "-fPIC",
                            "-o",
                            library.toString(),
                            source.toString())
                    .redirectErrorStream(true)
                    .start();
            final String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!gcc.waitFor(COMPILE_S, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
                throw new Unavailable("gcc failed: " + said.lines().findFirst().orElse(""));
            }
            return library;
        } catch (final IOException e) {
            throw new Unavailable("no gcc: " + e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted");
        }
    }

    /** A call of C's that does not fail. */
    private interface Call<T> {
        T invoke() throws Throwable;
    }

    private static <T> T call(final Call<T> call) {
        try {
            return call.invoke();
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void denseScores(
            final MemorySegment weights,
            final int inputs,
            final int outputs,
            final MemorySegment x,
            final int xStride,
            final int count,
            final MemorySegment out,
            final int outStride) {
        call(() -> {
            denseScores.invokeExact(
                    weights, (long) inputs, (long) outputs, x, (long) xStride, (long) count, out, (long) outStride);
            return "";
        });
    }

    /** The row of the highest score. */
    long bestRow(final MemorySegment rows, final int count, final int dimension, final MemorySegment query) {
        return call(() -> (long) bestRow.invokeExact(rows, (long) count, (long) dimension, query, score));
    }

    float readAll(final MemorySegment memory) {
        return call(() -> (float) readAll.invokeExact(memory, memory.byteSize() / Float.BYTES));
    }

    /** Runs chains of fused multiply-adds; returns how many floating-point operations they were. */
    long peak(final long rounds) {
        return call(() -> (long) peak.invokeExact(rounds, 0.999f, score));
    }

    @Override
    public void close() {
        arena.close();
    }
}
