package io.tagma.perf.kernel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.tagma.engine.kernel.CudaKernels;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.engine.kernel.ScalarKernels;
import io.tagma.perf.decision.Machine;
import io.tagma.perf.decision.Scratch;
import io.tagma.perf.decision.SummaryOption;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma bench kernels}. Used by one thread. */
@Command(
        name = "kernels",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "First each kernel of the provider found here against the scalar reference, bit by bit; then how fast each"
                    + " is on one core, as a share",
            "of what the core can do, measured in the same run, and beside C with the same order of operations where"
                    + " there is a gcc, OpenBLAS where it",
            "is installed, ONNX Runtime, and PyTorch where Python has it. Where there is a GPU, its kernels too,"
                    + " against its own peak and copy bandwidth,",
            "and PyTorch on it."
        })
final class KernelsBenchCommand implements Callable<Integer> {
    private static final int DIMENSION = 256;
    private static final long MEMORY_SHARE = 4;
    private static final long LIMIT_BYTES = 1L << 29;
    private static final double TENTHS = 10;
    private static final double THOUSANDTHS = 1000;
    private static final double HELD = 1.2;

    private final List<String> notes = new ArrayList<>();
    private String gpuReason = "";
    private GpuLimits.@Nullable Figures gpuFigures;
    private double monoNs;
    private double megaNs;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Rows of 256 floats that are searched (default: a million, fewer where memory is short).")
    private int rows;

    @Option(names = "--parity", description = "Only compare bits.")
    private boolean parityOnly;

    @Option(names = "--quick", description = "One short round each: that it works, not how fast.")
    private boolean quick;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "The Python whose PyTorch is measured at the same shapes (default: python3).")
    private String python = "python3";

    @Mixin
    private final SummaryOption summary = new SummaryOption();

    @Override
    public Integer call() throws IOException {
        summary.check();
        if (rows < 0 || rows > 100_000_000) {
            throw ToolException.usage("--rows must be 1 to 100000000: " + rows);
        }
        final Terminal terminal = Terminal.system();
        final KernelsProvider.Selection selection = KernelsProvider.select("auto");
        terminal.out().println();
        try (KernelsProvider.Selection gpu = gpu()) {
            terminal.out().println(gpu == null ? gpuReason : selection.reason() + "; " + gpuReason);
            return run(terminal, selection.kernels(), gpu == null ? null : gpu.kernels());
        }
    }

    private int run(final Terminal terminal, final Kernels kernels, final @Nullable Kernels gpu) throws IOException {
        final List<ParityTable.Line> parity = new ArrayList<>(new ParityTable(new ScalarKernels(), kernels).lines());
        if (gpu != null) {
            parity.addAll(new ParityTable(new ScalarKernels(), gpu).lines());
        }
        print(terminal.out(), parity);
        final long differing =
                parity.stream().mapToLong(ParityTable.Line::differing).sum();
        final Path directory = Files.createTempDirectory("tagma-kernels-");
        double[] limits = {Double.NaN, Double.NaN};
        List<Measured> measured = List.of();
        try {
            if (!parityOnly) {
                final CKernels c = compiled(directory);
                terminal.live("measuring the limits");
                limits = limits(c);
                terminal.live("measuring the kernels");
                measured = measure(kernels, gpu, c, limits, directory);
                terminal.endLive();
                print(terminal.out(), measured, limits);
            }
        } finally {
            terminal.endLive();
            Scratch.delete(directory);
        }
        final double[] reached = limits;
        final List<Measured> all = measured;
        summary.write("kernels", root -> write(root, parity, all, reached));
        return differing == 0 ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    /** The kernels of the GPU, which does all it can, however small; or null without one. */
    private KernelsProvider.@Nullable Selection gpu() {
        final KernelsProvider.Selection selection = KernelsProvider.select("cuda");
        if (selection.kernels() instanceof CudaKernels cuda) {
            cuda.from(1);
            gpuReason = "CUDA kernels on " + cuda.device();
            return selection;
        }
        gpuReason = selection.reason();
        return null;
    }

    private @Nullable CKernels compiled(final Path directory) {
        try {
            return new CKernels(directory);
        } catch (final CKernels.Unavailable e) {
            notes.add("C is left out: " + e.getMessage());
            return null;
        }
    }

    /** Peak of fused multiply-adds in GFLOP/s and bandwidth of reading in GB/s, of Java or of C, whichever has more. */
    private double[] limits(final @Nullable CKernels c) {
        final BestOf best = new BestOf(quick);
        final float[] sink = new float[64];
        final long rounds = 200_000;
        final double[] flops = new double[1];
        final double javaNs = best.ns(() -> flops[0] = Limits.peak(rounds, sink));
        double peak = flops[0] / javaNs;
        double read;
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(LIMIT_BYTES, 64);
            memory.fill((byte) 1);
            read = LIMIT_BYTES / best.ns(() -> sink[0] += Limits.readAll(memory));
            if (c != null) {
                read = Math.max(read, LIMIT_BYTES / best.ns(() -> sink[0] += c.readAll(memory)));
                final double cNs = best.ns(() -> flops[0] = c.peak(rounds));
                peak = Math.max(peak, flops[0] / cNs);
            }
        }
        return new double[] {peak, read};
    }

    private List<Measured> measure(
            final Kernels kernels,
            final @Nullable Kernels gpu,
            final @Nullable CKernels c,
            final double[] limits,
            final Path directory)
            throws IOException {
        final List<Kernels> providers = new ArrayList<>(List.of(new ScalarKernels()));
        if (!(kernels instanceof ScalarKernels)) {
            providers.add(kernels);
        }
        if (gpu != null) {
            providers.add(gpu);
            gpuFigures = GpuLimits.measure(gpu, quick);
        }
        final KernelCases cases = new KernelCases(providers, c, limits[0], limits[1], gpuFigures, quick);
        cases.dense(64, DIMENSION, DIMENSION);
        cases.dense(1, DIMENSION, 1024);
        cases.dense(1, 64, 64);
        cases.topK(searched(), DIMENSION);
        cases.adaGrad(64, 64, 192);
        cases.decay(64);
        cases.sparse();
        try {
            final TorchKernels torch = new TorchKernels(directory, python, gpu != null, quick);
            cases.torch(torch);
            notes.add("PyTorch is " + torch.version() + "; its order of additions is its own");
        } catch (final DensePeers.Unavailable e) {
            notes.add(String.valueOf(e.getMessage()));
        }
        callSites(kernels);
        notes.addAll(cases.missing());
        return cases.measured();
    }

    private int searched() {
        if (rows > 0) {
            return rows;
        }
        final long memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getFreeMemorySize()
                : 1L << 30;
        final long most = memory / MEMORY_SHARE / (DIMENSION * Float.BYTES);
        final int searched = Math.clamp(most / 4 * 4, 4096, 1_000_000);
        if (searched < 1_000_000) {
            notes.add("searched " + searched + " rows instead of a million, for want of memory");
        }
        return searched;
    }

    private void callSites(final Kernels kernels) {
        final BestOf best = new BestOf(quick);
        final float[] sink = new float[1];
        monoNs = best.ns(() -> sink[0] += CallSites.one(kernels)) / CallSites.calls();
        final Kernels[] several = {kernels, new ScalarKernels(), new OtherKernels(kernels)};
        megaNs = best.ns(() -> sink[0] += CallSites.many(several)) / CallSites.calls();
    }

    private static void print(final PrintStream out, final List<ParityTable.Line> parity) {
        out.printf(
                Locale.ROOT,
                "%n  %-24s%-10s%6s%12s%10s%n",
                "against the reference",
                "provider",
                "sizes",
                "floats",
                "differ");
        parity.forEach(line -> out.println(ParityTable.text(line)));
    }

    private void print(final PrintStream out, final List<Measured> measured, final double[] limits) {
        final Machine machine = Machine.here();
        out.printf(
                Locale.ROOT,
                "%none core of %s: %.0f GFLOP/s of fused multiply-adds, reads %.1f GB/s%n%n",
                machine.cpu(),
                limits[0],
                limits[1]);
        out.printf(
                Locale.ROOT,
                "  %-16s%-18s%-9s%14s%10s%9s%10s%n",
                "kernel",
                "shape",
                "provider",
                "ns",
                "GFLOP/s",
                "GB/s",
                "of limit");
        for (final Measured m : measured) {
            out.printf(
                    Locale.ROOT,
                    "  %-16s%-18s%-9s%,14.0f%10.1f%9s%9.0f%%%n",
                    m.name(),
                    m.shape(),
                    m.provider(),
                    m.ns(),
                    m.gflops(),
                    Double.isNaN(m.gbps()) ? "-" : String.format(Locale.ROOT, "%.1f", m.gbps()),
                    100 * m.ofLimit());
        }
        final GpuLimits.Figures device = gpuFigures;
        if (device != null) {
            out.printf(
                    Locale.ROOT,
                    "%n- GPU: %,.0f GFLOP/s of fused multiply-adds, copies at %,.0f GB/s; a batch of one, 256 x 1024,"
                            + " from call to answer: %.1f us p50, %.1f p99",
                    device.fmaGflops(),
                    device.copyGbps(),
                    device.oneP50Ns() / THOUSANDTHS,
                    device.oneP99Ns() / THOUSANDTHS);
        }
        out.printf(
                Locale.ROOT,
                "%n- a dot of 15 at a call site with one provider %.1f ns, with three %.1f ns%n",
                monoNs,
                megaNs);
        out.println(
                "- of limit: share of the core's fused multiply-adds, for a search of its reading, both above; a batch"
                        + " of one reads each weight for one multiply-add, so memory binds it earlier");
        out.println("- c does the same operations in the same order, to the same bits");
        notes.forEach(note -> out.println("- " + note));
        final List<String> goals = Goals.lines(measured);
        if (!goals.isEmpty()) {
            out.printf("%n  goals of one core; on a machine that does other work, a figure may miss its goal%n");
            goals.forEach(goal -> out.println("  " + goal));
        }
    }

    private static Optional<Measured> find(final List<Measured> measured, final Measured like, final String provider) {
        return measured.stream()
                .filter(m -> m.name().equals(like.name()) && m.provider().equals(provider))
                .filter(m -> m.shape().equals(like.shape()) || m.name().startsWith("top"))
                .findFirst();
    }

    private void write(
            final ObjectNode root,
            final List<ParityTable.Line> parity,
            final List<Measured> measured,
            final double[] limits) {
        final ArrayNode lines = root.putArray("parity");
        for (final ParityTable.Line line : parity) {
            lines.addObject()
                    .put("kernel", line.kernel())
                    .put("provider", line.provider())
                    .put("sizes", line.sizes())
                    .put("floats", line.values())
                    .put("differing", line.differing());
        }
        if (!measured.isEmpty()) {
            root.putObject("limits")
                    .put("fma_gflops", round(limits[0], TENTHS))
                    .put("read_gbps", round(limits[1], TENTHS));
            measured(root, measured);
            final GpuLimits.Figures device = gpuFigures;
            if (device != null) {
                root.putObject("gpu")
                        .put("fma_gflops", round(device.fmaGflops(), THOUSANDTHS))
                        .put("copy_gbps", round(device.copyGbps(), THOUSANDTHS))
                        .put("batch_of_one_p50_ns", round(device.oneP50Ns(), TENTHS))
                        .put("batch_of_one_p99_ns", round(device.oneP99Ns(), TENTHS));
            }
            root.putObject("call_site_ns").put("one", round(monoNs, TENTHS)).put("three", round(megaNs, TENTHS));
        }
        notes.forEach(root.putArray("notes")::add);
    }

    private static void measured(final ObjectNode root, final List<Measured> measured) {
        final ArrayNode kernels = root.putArray("kernels");
        final ObjectNode ratios = root.putObject("ratios");
        for (final Measured m : measured) {
            final ObjectNode node = kernels.addObject()
                    .put("name", m.name())
                    .put("shape", m.shape())
                    .put("provider", m.provider())
                    .put("ns", round(m.ns(), TENTHS))
                    .put("gflops", round(m.gflops(), TENTHS));
            if (!Double.isNaN(m.gbps())) {
                node.put("gbps", round(m.gbps(), TENTHS));
            }
            node.put("of_limit", round(m.ofLimit(), THOUSANDTHS));
            if ("vector".equals(m.provider())) {
                final ObjectNode ratio = ratios.putObject(m.name() + " " + m.shape());
                find(measured, m, "scalar")
                        .ifPresent(s -> ratio.put("scalar_to_vector", round(m.gflops() / s.gflops(), THOUSANDTHS)));
                for (final String peer : List.of("openblas", "onnx", "torch", "cuda")) {
                    find(measured, m, peer)
                            .ifPresent(o -> ratio.put("vector_to_" + peer, round(m.ns() / o.ns(), THOUSANDTHS)));
                }
                find(measured, m, "c").ifPresent(n -> {
                    ratio.put("vector_to_c", round(m.ns() / n.ns(), THOUSANDTHS));
                    ratio.put("within_goal", m.ns() <= HELD * n.ns());
                });
            }
        }
    }

    private static double round(final double value, final double scale) {
        return Math.round(value * scale) / scale;
    }
}
