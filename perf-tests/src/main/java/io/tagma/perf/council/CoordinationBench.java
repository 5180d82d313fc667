package io.tagma.perf.council;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code coordination} under {@code tagma bench}. Stateless. */
public final class CoordinationBench implements BenchCommand {
    @Override
    public Object command() {
        return new CoordinationBenchCommand();
    }
}
