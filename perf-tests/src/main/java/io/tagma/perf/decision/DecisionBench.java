package io.tagma.perf.decision;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code decision} under {@code tagma bench}. Stateless. */
public final class DecisionBench implements BenchCommand {
    @Override
    public Object command() {
        return new DecisionBenchCommand();
    }
}
