package io.tagma.perf.registry;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code registry} under {@code tagma bench}. Stateless. */
public final class RegistryBench implements BenchCommand {
    @Override
    public Object command() {
        return new RegistryBenchCommand();
    }
}
