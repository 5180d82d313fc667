package io.tagma.perf.kernel;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code kernels} under {@code tagma bench}. Stateless. */
public final class KernelsBench implements BenchCommand {
    @Override
    public Object command() {
        return new KernelsBenchCommand();
    }
}
