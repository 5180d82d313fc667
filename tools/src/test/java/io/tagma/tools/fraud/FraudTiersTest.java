package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Workload;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Card payments with a thirtieth of the profiles in shared memory: the same state as with all of them. */
class FraudTiersTest {
    private static final int EVENTS = 80_000; // eight days: chargebacks have begun

    @TempDir
    Path directory;

    @Test
    void theStateDoesNotDependOnHowManyRowsAreWarm() {
        final Engine whole = run("whole", 0);
        final Engine tiers = run("tiers", 500);
        assertThat(tiers.stateHash()).isEqualTo(whole.stateHash());
        assertThat(tiers.shard(0).store().ledger().promotions()).isGreaterThan(EVENTS / 2);
        assertThat(tiers.shard(0).counters().outcomes.get()).isPositive();

        final EngineContext replayed = context("tiers", 1000);
        replayed.limits().snapshotsKept(0);
        final Engine again = Engine.launch(replayed);
        again.close();
        assertThat(again.stateHash()).isEqualTo(whole.stateHash());
    }

    private Engine run(final String name, final int warmRows) {
        final Workload workload = FraudWorkload.simulated(new RunRequest(null, 7L, 1, Map.of()));
        final Engine engine = Engine.launch(context(name, warmRows));
        try (engine) {
            final Event event = new Event();
            final Outcome outcome = new Outcome();
            int left = EVENTS;
            while (left > 0) {
                final boolean isEvent = workload.next(event, outcome) == Workload.EVENT;
                left -= isEvent ? 1 : 0;
                int code = isEvent ? engine.submit(event) : engine.submit(outcome);
                while (code == SubmitCode.FULL) {
                    engine.step();
                    code = isEvent ? engine.submit(event) : engine.submit(outcome);
                }
                assertThat(code).isEqualTo(SubmitCode.ACCEPTED);
            }
            while (engine.step() > 0) {
                // what is left in the ring
            }
        }
        return engine;
    }

    private EngineContext context(final String name, final int warmRows) {
        final EngineContext context = new FraudScenario()
                .context(new ScenarioSettings(Map.of(), 1))
                .directory(directory.resolve(name))
                .threading(Threading.CALLER)
                .audit(false);
        context.limits().warmRows(warmRows);
        return context;
    }
}
