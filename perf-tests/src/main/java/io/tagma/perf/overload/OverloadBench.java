package io.tagma.perf.overload;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code overload} under {@code tagma bench}. Stateless. */
public final class OverloadBench implements BenchCommand {
    @Override
    public Object command() {
        return new OverloadBenchCommand();
    }
}
