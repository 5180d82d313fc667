package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.DecisionListener;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.shard.KernelFacts;
import io.tagma.engine.shard.KernelFacts.Fact;
import io.tagma.engine.shard.KernelFacts.Failure;
import io.tagma.engine.shard.KernelFacts.Launch;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.management.JMException;
import javax.management.ObjectName;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine's journal says of a GPU that fails: the calls, when and why it was left; and that all decisions are the same. */
class JournaledFailuresTest {
    private static final Workload WORKLOAD = Workload.of(11, 150);
    private static final String STICKY = "719";
    private static final String PASSING = "999";

    @TempDir
    private Path folder;

    private CudaStandIn driver;
    private int directories;

    @BeforeEach
    void open() throws IOException {
        driver = CudaStandIn.in(folder).configure("devices=1").use();
        System.setProperty(CudaKernels.MINIMUM_WORK_PROPERTY, "1");
    }

    @AfterEach
    void forget() {
        CudaStandIn.forget();
    }

    /** Votes by the scores of a sparse input, which a GPU computes, and remembers their sum. */
    private static final class Scorer implements Agent {
        private static final int ROWS = 40;
        private static final int ACTIVE = 5;

        private final Kernels kernels;
        private final WeightTable table = new WeightTable(16, ROWS);
        private final int[] rows = new int[ACTIVE];
        private final float[] values = {1f, 0.5f, -0.25f, 2f, 0.125f};
        private final float[] out = new float[16];
        private final float[] sum;

        Scorer(final AgentContext context) {
            kernels = context.kernels();
            sum = context.memory(1);
            final SplittableRandom random = new SplittableRandom(5);
            for (int row = 0; row < ROWS; row++) {
                table.addRow();
                for (int c = 0; c < 16; c++) {
                    org.agrona.UnsafeApi.putFloat(table.address(row) + 4L * c, (float) random.nextDouble() - 0.5f);
                }
            }
            table.reloaded();
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            for (int i = 0; i < ACTIVE; i++) {
                rows[i] = (int) ((task.correlationId() + 7L * i) % ROWS);
            }
            kernels.sparseScores(table, rows, values, ACTIVE, out);
            sum[0] = Math.fma(0.5f, out[1], sum[0]);
            ballot.logOdds(out[0]);
        }
    }

    private EngineContext context(final Path directory, final String kernel) {
        return Team.bare(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("scorer", "score"), Scorer::new))
                .agent(AgentFactory.of(AgentDescriptor.of("router", "route"), Scorer::new))
                .kernel(kernel);
    }

    private Path fresh() {
        return folder.resolve("engine-" + directories++);
    }

    private long expected() {
        return Engines.run(context(fresh(), "scalar"), WORKLOAD);
    }

    /** Calls of one kind that a launch makes before the first event. */
    private long launching(final String call) {
        Engine.launch(context(fresh(), "cuda")).close();
        return driver.calls(call);
    }

    private static List<Fact> facts(final Path directory, final int shard) {
        final List<Fact> found = new ArrayList<>();
        try (KernelFacts facts = new KernelFacts(Journals.of(directory, shard), shard)) {
            for (Fact fact = facts.next(); fact != null; fact = facts.next()) {
                found.add(fact);
            }
            assertThat(facts.damaged()).isZero();
        }
        return found;
    }

    private static List<Failure> failures(final Path directory, final int shard) {
        return facts(directory, shard).stream()
                .filter(Failure.class::isInstance)
                .map(Failure.class::cast)
                .toList();
    }

    /** Whatever a GPU did, a replay without one comes to the same. */
    private void replays(final Path directory, final long hash) {
        CudaStandIn.useNone();
        assertThat(Engines.replay(context(directory, "scalar"))).isEqualTo(hash);
        driver.use();
    }

    @Test
    void aCallThatFailsIsInTheJournalWithItsInputAndItsReason() {
        final long expected = expected();
        final long before = launching("cuGraphLaunch");
        driver.configure("devices=1 cuGraphLaunch#" + (before + 7) + "=" + PASSING);
        final Path directory = fresh();

        assertThat(Engines.run(context(directory, "cuda"), WORKLOAD)).isEqualTo(expected);

        assertThat(driver.calls("cuGraphLaunch")).isGreaterThan(before + 100);
        final List<Failure> failures = failures(directory, 0);
        assertThat(failures).hasSize(1);
        final Failure failure = failures.getFirst();
        assertThat(failure.number()).isEqualTo(1);
        assertThat(failure.left()).isFalse();
        assertThat(failure.kernel()).isEqualTo("sparseScores");
        assertThat(failure.reason()).contains("cuGraphLaunch", "999 CUDA_ERROR_UNKNOWN");
        assertThat(failure.thread()).isEqualTo(Thread.currentThread().getName());
        // The seventh event, outcomes in between: each event's one agent asks once.
        assertThat(Journals.decisions(directory, 0).get(6).sequence()).isEqualTo(failure.sequence());
        replays(directory, expected);
        assertThat(driver.live("all")).isZero();
    }

    private static Object bean(final String type, final String attribute) throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("io.tagma:type=" + type + ",engine=\"gpu-left\""), attribute);
    }

    @Test
    void anErrorThatStaysIsInTheJournalAsTheEndOfTheGpu() throws JMException {
        final long expected = expected();
        final long before = launching("cuStreamSynchronize");
        driver.configure("devices=1 cuStreamSynchronize#" + (before + 30) + "=" + STICKY);
        final Path directory = fresh();
        final Engine engine = Engine.launch(context(directory, "cuda").jmx(true).name("gpu-left"));
        try (engine) {
            WORKLOAD.feed(engine, 0, 5);
            assertThat((String[]) bean("Health", "Reasons")).isEmpty();
            assertThat(bean("Engine", "GpuLeft")).isEqualTo("");
            WORKLOAD.feed(engine, 5, WORKLOAD.inputs().size());
            assertThat((String[]) bean("Health", "Reasons"))
                    .singleElement()
                    .asString()
                    .contains("gpu degraded", "719", "the processor computes", "tagma doctor");
            assertThat(bean("Engine", "GpuLeft")).asString().contains("719 CUDA_ERROR_LAUNCH_FAILED");
            assertThat(bean("Engine", "GpuFailures")).isEqualTo(1L);
        }
        assertThat(engine.stateHash()).isEqualTo(expected);

        final List<Failure> failures = failures(directory, 0);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().left()).isTrue();
        assertThat(failures.getFirst().sequence()).isPositive();
        assertThat(failures.getFirst().reason()).contains("719 CUDA_ERROR_LAUNCH_FAILED");
        replays(directory, expected);
    }

    /** The device is given up at the eighth, so that no journal is flooded. */
    @Test
    void aStormOfFailuresIsEightFactsAndTheLastSaysThatTheGpuIsLeft() {
        final long expected = expected();
        final long before = launching("cuGraphLaunch");
        driver.configure("devices=1 cuGraphLaunch#" + (before + 1) + "+=" + PASSING);
        final Path directory = fresh();

        assertThat(Engines.run(context(directory, "cuda"), WORKLOAD)).isEqualTo(expected);

        final List<Failure> failures = failures(directory, 0);
        assertThat(failures.stream().map(Failure::number)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(failures.stream().map(Failure::left))
                .containsExactly(false, false, false, false, false, false, false, true);
        assertThat(failures.stream().map(Failure::sequence)).isSorted().doesNotHaveDuplicates();
        replays(directory, expected);
    }

    /** Each call that decisions make of the driver, in an engine: nothing is lost, nothing stays. */
    @Test
    void whicheverCallFailsEveryEventIsDecidedAlikeAndNothingIsLeftOpen() throws IOException {
        final int inputs = 30;
        final Path healthy = fresh();
        final long expected = Engines.run(context(healthy, "scalar"), WORKLOAD, 0, inputs);
        final List<String> calls = CudaKernelsTest.calls();
        Engine.launch(context(fresh(), "cuda")).close();
        final long[] launching = calls.stream().mapToLong(driver::calls).toArray();
        driver.configure("devices=1");
        Engines.run(context(fresh(), "cuda"), WORKLOAD, 0, inputs);
        final long[] deciding = calls.stream().mapToLong(driver::calls).toArray();

        int injected = 0;
        for (int i = 0; i < launching.length; i++) {
            if (deciding[i] == launching[i]) {
                continue; // for none of the inputs
            }
            final String fault = calls.get(i) + "#" + (launching[i] + 1) + "=" + PASSING;
            driver.configure("devices=1 " + fault);
            final Path directory = fresh();
            assertThat(Engines.run(context(directory, "cuda"), WORKLOAD, 0, inputs))
                    .as(fault)
                    .isEqualTo(expected);
            assertThat(Journals.decisions(directory, 0)).as(fault).isEqualTo(Journals.decisions(healthy, 0));
            assertThat(driver.live("all")).as(fault).isZero();
            assertThat(driver.misuses()).as(fault).isZero();
            injected++;
        }
        assertThat(injected).isGreaterThan(9);
    }

    @Test
    void eachShardWritesWhatFailedForItsInputs() {
        final long before = launching("cuGraphLaunch");
        final long waits = driver.calls("cuStreamSynchronize");
        driver.configure("devices=1 cuGraphLaunch#" + (before + 4) + "=" + PASSING + " cuStreamSynchronize#"
                + (waits + 100) + "=" + PASSING);
        final Path directory = fresh();
        final EngineContext cuda = context(directory, "cuda")
                .shards(3)
                .threading(Threading.DEDICATED)
                .overflowPolicy(OverflowPolicy.BLOCK);

        final long hash = Engines.run(cuda, WORKLOAD);

        int found = 0;
        for (int shard = 0; shard < 3; shard++) {
            for (final Failure failure : failures(directory, shard)) {
                assertThat(failure.thread()).contains("shard-" + shard);
                assertThat(Journals.decisions(directory, shard))
                        .anyMatch(decision -> decision.sequence() == failure.sequence());
                found++;
            }
        }
        assertThat(found).isEqualTo(2);
        assertThat(Engines.replay(context(directory, "scalar").shards(3))).isEqualTo(hash);
    }

    /** Like decisions: what one was made of is in the journal when it is told; and what is told is what was decided. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void theFactIsThereBeforeTheDecisionIsTold(final int batch) {
        final long before = launching("cuGraphLaunch");
        driver.configure("devices=1 cuGraphLaunch#" + (before + 7) + "=" + PASSING);
        final Path directory = fresh();
        final List<String> told = new ArrayList<>();
        final List<Integer> facts = new ArrayList<>();
        final EngineContext context = context(directory, "cuda");
        context.limits().maxBatch(batch);
        final DecisionListener listener = (final Decision decision) -> {
            told.add(decision.sequence() + " " + decision.correlationId() + " " + decision.score());
            facts.add(failures(directory, 0).size());
        };
        Engines.run(context.listener(listener), WORKLOAD, 0, 60);

        assertThat(told)
                .isEqualTo(Journals.decisions(directory, 0).stream()
                        .map(each -> each.sequence() + " " + each.correlationId() + " " + each.score())
                        .toList());
        assertThat(facts.subList(6, facts.size())).containsOnly(1);
        assertThat(batch > 1 || facts.subList(0, 6).stream().allMatch(count -> count == 0))
                .isTrue();
    }

    @Test
    void eachLaunchIsInTheJournalWithItsKernelsAndWhyThese() {
        final Path directory = fresh();
        Engines.run(context(directory, "cuda"), WORKLOAD, 0, 100);
        Engines.run(context(directory, "scalar"), WORKLOAD, 100, 150);
        final long hash = Engines.run(
                context(directory, "vector"), WORKLOAD, 150, WORKLOAD.inputs().size());

        final List<Fact> facts = facts(directory, 0);
        assertThat(facts).hasSize(3).allMatch(Launch.class::isInstance);
        assertThat(facts.stream().map(fact -> ((Launch) fact).kernels())).containsExactly("cuda", "scalar", "vector");
        assertThat(facts.stream().map(Fact::sequence)).containsExactly(0L, 100L, 150L);
        assertThat(((Launch) facts.get(0)).reason()).contains("Tagma test device 0", "from 1 multiply-adds");
        assertThat(((Launch) facts.get(1)).reason()).contains("as configured");
        assertThat(facts.stream().map(Fact::timeNs)).isSorted().doesNotHaveDuplicates();
        assertThat(hash).isEqualTo(expected());
        replays(directory, hash);
    }

    /** A calibration that is another launch's is noted with that launch. */
    @Test
    void whatIsMeasuredAtALaterLaunchIsInTheJournalToo() {
        CudaStandIn.useNone();
        final Path directory = fresh();
        Engines.run(context(directory, "scalar"), WORKLOAD, 0, 100);
        new KernelCalibration(SystemNanoClock.INSTANCE, 1_000_000, 1)
                .choose("measured", () -> directory.resolve(KernelCalibration.FILE))
                .close(); // in a moment, for this test; the launch keeps to it
        Engines.run(context(directory, "measured"), WORKLOAD, 100, 150);

        final List<Fact> facts = facts(directory, 0);
        assertThat(((Launch) facts.get(0)).calibration()).isEmpty();
        assertThat(((Launch) facts.get(1)).calibration())
                .hasSize(CalibrationCase.names().size())
                .isEqualTo(KernelCalibration.kept(directory));
        assertThat(((Launch) facts.get(1)).reason()).contains("as kept in " + KernelCalibration.FILE);
    }
}
