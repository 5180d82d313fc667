package io.tagma.perf.models;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code models} under {@code tagma bench}. Stateless. */
public final class ModelsBench implements BenchCommand {
    @Override
    public Object command() {
        return new ModelsBenchCommand();
    }
}
