package io.tagma.perf.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** PyTorch at the same shapes in fp32, where a Python with it is found, in a process of its own. Used by one thread. */
final class TorchKernels {
    private static final String SCRIPT = "torch_kernels.py";
    private static final long LONGEST_S = 300;
    private static final String MISSING = "missing=";

    private final Path directory;
    private final String python;
    private final boolean onGpu;
    private final boolean quick;
    private String version = "";

    /**
     * For one run.
     *
     * @param directory for the script
     * @param python the program
     * @param onGpu whether it uses the GPU too, or one core
     */
    TorchKernels(final Path directory, final String python, final boolean onGpu, final boolean quick) {
        this.directory = directory;
        this.python = python;
        this.onGpu = onGpu;
        this.quick = quick;
    }

    /**
     * One thing to measure.
     *
     * @param kind {@code dense}, a batch by inputs by outputs, or {@code top}, how many of rows by floats
     * @param name as in the table
     * @param shape as in the table
     * @param flops of a call
     * @param bytes that a call reads, or NaN
     */
    record Job(String kind, int first, int second, int third, String name, String shape, double flops, double bytes) {
        String argument() {
            return kind + "," + first + "," + second + "," + third;
        }
    }

    /** What it is, after {@link #measure}. */
    String version() {
        return version;
    }

    /**
     * Nanoseconds a call, by job; a job for which it says nothing is left out.
     *
     * @throws DensePeers.Unavailable where there is no Python, or none with PyTorch, or it fails, with what would help
     */
    Map<Job, Double> measure(final List<Job> jobs) throws DensePeers.Unavailable {
        final Map<String, String> said = run(jobs);
        version = said.getOrDefault("torch", "of unknown version");
        final Map<Job, Double> found = new LinkedHashMap<>();
        for (final Job job : jobs) {
            final String ns = said.get(job.argument());
            if (ns != null) {
                found.put(job, number(ns));
            }
        }
        return found;
    }

    private double number(final String ns) throws DensePeers.Unavailable {
        try {
            return Double.parseDouble(ns);
        } catch (final NumberFormatException e) {
            throw new DensePeers.Unavailable("PyTorch is left out: " + python + " says '" + ns + "' for a time", e);
        }
    }

    private Map<String, String> run(final List<Job> jobs) throws DensePeers.Unavailable {
        try {
            final Path script = directory.resolve(SCRIPT);
            try (InputStream in = TorchKernels.class.getResourceAsStream(SCRIPT)) {
                if (in == null) {
                    throw new IOException(SCRIPT + " is not on the class path");
                }
                Files.write(script, in.readAllBytes());
            }
            final List<String> command =
                    new ArrayList<>(List.of(python, script.toString(), onGpu ? "cuda" : "cpu", quick ? "1" : "200"));
            jobs.forEach(job -> command.add(job.argument()));
            final Path out = directory.resolve("torch.out");
            final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            if (!process.waitFor(LONGEST_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no answer in " + LONGEST_S + " s");
            }
            return answers(Files.readAllLines(out, StandardCharsets.UTF_8), process.exitValue());
        } catch (final IOException e) {
            throw new DensePeers.Unavailable(
                    "PyTorch is left out: " + e.getMessage() + " (--python names a Python that has it)", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DensePeers.Unavailable("PyTorch is left out: interrupted", e);
        }
    }

    private static Map<String, String> answers(final List<String> lines, final int code) throws IOException {
        final Map<String, String> answers = new LinkedHashMap<>();
        for (final String line : lines) {
            if (line.startsWith(MISSING)) {
                throw new IOException(line.substring(MISSING.length()));
            }
            final int at = line.indexOf('=');
            if (at > 0) {
                answers.put(line.substring(0, at), line.substring(at + 1));
            }
        }
        if (code != 0) {
            throw new IOException("it ended with code " + code + (lines.isEmpty() ? "" : ": " + lines.getLast()));
        }
        return answers;
    }
}
