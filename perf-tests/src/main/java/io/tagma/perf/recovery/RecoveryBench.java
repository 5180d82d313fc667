package io.tagma.perf.recovery;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code recovery} under {@code tagma bench}. Stateless. */
public final class RecoveryBench implements BenchCommand {
    @Override
    public Object command() {
        return new RecoveryBenchCommand();
    }
}
