package io.tagma.perf.stores;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code store} under {@code tagma bench}. Stateless. */
public final class StoreBench implements BenchCommand {
    @Override
    public Object command() {
        return new StoreBenchCommand();
    }
}
