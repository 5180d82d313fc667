package io.tagma.perf.calls;

import io.tagma.tools.spi.BenchCommand;

/** Puts {@code calls} under {@code tagma bench}. Stateless. */
public final class CallsBench implements BenchCommand {
    @Override
    public Object command() {
        return new CallsBenchCommand();
    }
}
