package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.SubmitCode;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events, outcomes, votes, auctions and referrals allocate nothing once warm. */
class AllocationTest {
    private static final int INPUTS = 200_000;
    private static final int MOST_ROUNDS = 5;

    @TempDir
    Path directory;

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Workload workload = Workload.of(29, 40_000);
    private final Decision decision = new Decision();
    private int next;

    @ParameterizedTest(name = "{0} shards, decide {1}")
    @CsvSource({"1,RING", "2,RING", "1,DECIDE", "1,STAGED"})
    void aWarmEngineAllocatesNothing(final int shards, final Way way) {
        final EngineContext context = Team.context(directory).shards(shards).ringCapacity(1024);
        context.limits().maxBatch(256).pendingCapacity(1 << 17);
        final Engine engine = Engine.launch(context);
        try (engine) {
            run(engine, 100_000, way);
            // Warm is when the JIT is done, which on a busy machine takes its time: the first round without allocations
            // counts.
            double bytesPerInput = Double.MAX_VALUE;
            for (int i = 0; i < MOST_ROUNDS && bytesPerInput >= 1.0; i++) {
                final long before = thread.getCurrentThreadAllocatedBytes();
                run(engine, INPUTS, way);
                bytesPerInput = (thread.getCurrentThreadAllocatedBytes() - before) / (double) INPUTS;
            }
            assertThat(bytesPerInput).isLessThan(1.0);
        }
    }

    private void run(final Engine engine, final int count, final Way way) {
        for (int i = 0; i < count; i++) {
            final int input = next++ % workload.inputs().size();
            if (way == Way.DECIDE && !workload.inputs().get(input).outcome()) {
                engine.decide(workload.event(workload.inputs().get(input)), decision);
            } else {
                while (give(engine, input, way) != SubmitCode.ACCEPTED) {
                    engine.step();
                }
            }
        }
    }

    private int give(final Engine engine, final int input, final Way way) {
        return way == Way.STAGED ? workload.stage(engine, input) : workload.offer(engine, input);
    }

    /** How inputs go in. */
    enum Way {
        RING,
        DECIDE,
        STAGED
    }
}
