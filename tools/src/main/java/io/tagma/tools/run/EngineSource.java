package io.tagma.tools.run;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a run's engine comes from. Used by the thread that runs. */
interface EngineSource {
    /** Launches at once. */
    EngineSource LAUNCH = contexts -> Engine.launch(contexts.get());

    /**
     * An engine that runs.
     *
     * @param contexts what it is to be launched with, a new one each time
     * @return the engine, or null when a signal ended the wait for it
     */
    @Nullable
    Engine engine(Supplier<EngineContext> contexts);
}
