package io.tagma.perf.footprint;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code footprint} under {@code tagma bench}. Stateless. */
public final class FootprintBench implements BenchCommand {
    @Override
    public Object command() {
        return new FootprintBenchCommand();
    }
}
