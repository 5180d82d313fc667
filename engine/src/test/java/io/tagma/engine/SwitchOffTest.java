package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.FailureLimit;
import io.tagma.engine.fixture.BrokenAgents;
import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.sbe.AgentOffFrameDecoder;
import io.tagma.engine.ingest.sbe.AgentOrderFrameDecoder;
import io.tagma.engine.observe.AgentsMXBean;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.training.TrainingOrder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;
import javax.management.JMX;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that fails too often is switched off by a function of the journal, and called again by an order in it. */
@Timeout(120)
class SwitchOffTest {
    private static final Workload WORKLOAD = Workload.of(23, 900);
    private static final int BROKEN = 6;

    @TempDir
    Path directory;

    @TempDir
    Path scratch;

    @Test
    void anAgentThatAlwaysThrowsIsSwitchedOffAndTheOthersDecide() {
        final Engine engine = Engine.launch(BrokenAgents.context(directory, SwitchOffTest::always));
        WORKLOAD.feed(engine);
        final AgentCell broken = broken(engine);
        assertThat(broken.isOff()).isTrue();
        assertThat(broken.faults()).isEqualTo(BrokenAgents.MOST + 1);
        assertThat(broken.handled()).isZero();
        assertThat(engine.shard(0).switchOffsBegun()).isEqualTo(1);
        engine.close();

        final List<Journals.Fault> faults = Journals.faults(directory, 0);
        assertThat(faults).hasSize(BrokenAgents.MOST + 1);
        assertThat(engine.shard(0).switchedOffAt(broken))
                .isEqualTo(faults.getLast().sequence());
        assertThat(Journals.outputs(directory, 0).stream()
                        .filter(template -> template == AgentOffFrameDecoder.TEMPLATE_ID))
                .hasSize(1);
        assertThat(Journals.decisions(directory, 0))
                .hasSize(WORKLOAD.events())
                .filteredOn(decision -> decision.sequence() > faults.getLast().sequence())
                .isNotEmpty()
                .allMatch(decision -> decision.agent() != BROKEN)
                .anyMatch(decision -> decision.agent() >= 0)
                // Where both bidders decline there is none left.
                .allMatch(decision ->
                        decision.status() == Decision.DECIDED || decision.status() == Decision.NO_CANDIDATE);
        assertThat(Engines.replay(BrokenAgents.context(directory, SwitchOffTest::always)))
                .isEqualTo(engine.stateHash());
        // What was limited is in the journal, whatever whoever replays it would limit.
        final EngineContext other =
                BrokenAgents.context(directory, SwitchOffTest::always).faults(FaultLimits.DEFAULT.agentFailures(7, 90));
        try (Replay replay = Replay.open(other, scratch)) {
            assertThat(replay.shard(0).advance(Long.MAX_VALUE, true)).isNull();
            assertThat(replay.stateHash()).isEqualTo(engine.stateHash());
        }
    }

    @Test
    void whereNobodyIsLeftTheDecisionSaysSo() {
        final Engine engine = Engine.launch(onlyBroken());
        WORKLOAD.feed(engine, 0, 100);
        engine.close();

        final List<Journals.Decided> decisions = Journals.decisions(directory, 0);
        assertThat(decisions.subList(0, 11)).allMatch(decision -> decision.status() == Decision.FAILED);
        assertThat(decisions.subList(11, decisions.size()))
                .isNotEmpty()
                .allMatch(decision -> decision.status() == Decision.NO_CANDIDATE);
    }

    /** Of a shard that gets nothing but events, the agent fails on every fourth: four in 13 inputs, and never five. */
    @Test
    void aLimitCountsTheInputsOfTheShard() {
        assertThat(failuresOnEveryFourth("kept", 4, 16)).isEqualTo(50);
        assertThat(failuresOnEveryFourth("reached", 3, 13))
                .as("the fourth is in the thirteenth input from the first")
                .isEqualTo(4);
        assertThat(failuresOnEveryFourth("passed", 3, 12)).isEqualTo(50);
    }

    private long failuresOnEveryFourth(final String name, final int most, final int inputs) {
        final Engine engine = Engine.launch(Team.bare(directory.resolve(name))
                .agent(BrokenAgents.failing("fourth", id -> id % 4 == 0))
                .faults(FaultLimits.DEFAULT.agentFailures(most, inputs)));
        int fed = 0;
        for (final Workload.Input input : WORKLOAD.inputs()) {
            if (!input.outcome() && fed < 200) {
                fed++;
                engine.decide(WORKLOAD.event(input), new Decision());
            }
        }
        engine.close();
        return engine.shard(0).agents().getFirst().faults();
    }

    @Test
    void whatCountsOutlivesACrashAndASnapshot() {
        // Half of the failures that are let pass before, half behind.
        final int before = firstInputBehind(BrokenAgents.MOST / 2);
        final long expected =
                Engines.run(BrokenAgents.context(directory.resolve("calm"), SwitchOffTest::always), WORKLOAD);
        final Path live = directory.resolve("live");
        final Engine engine = Engine.launch(BrokenAgents.context(live, SwitchOffTest::always));
        WORKLOAD.feed(engine, 0, before);
        assertThat(broken(engine).isOff()).isFalse();
        final Path crashed = CrashCopy.of(live, directory.resolve("crashed"));
        engine.close(); // with a snapshot

        for (final Path each : List.of(live, crashed)) {
            final Engine again = Engine.launch(BrokenAgents.context(each, SwitchOffTest::always));
            WORKLOAD.feed(again, before, WORKLOAD.inputs().size());
            assertThat(broken(again).isOff()).isTrue();
            again.close();
            assertThat(again.stateHash()).as("%s", each).isEqualTo(expected);

            final Engine off = Engine.launch(BrokenAgents.context(each, SwitchOffTest::always));
            assertThat(broken(off).isOff()).as("it stays off").isTrue();
            off.close();
        }
        assertThat(Engines.replay(BrokenAgents.context(live, SwitchOffTest::always)))
                .isEqualTo(expected);
    }

    private int firstInputBehind(final int failures) {
        int failed = 0;
        for (int i = 0; i < WORKLOAD.inputs().size(); i++) {
            failed += WORKLOAD.inputs().get(i).outcome() ? 0 : 1;
            if (failed == failures) {
                return i + 1;
            }
        }
        throw new AssertionError("too few events");
    }

    @Test
    void aKilledEngineComesBackWithWhomItHadSwitchedOff() {
        final int wanted = 400;
        try (ChildJvm child = ChildJvm.start(BrokenAgents.class, directory)) {
            child.awaitLine("inputs " + wanted);
            child.kill();
        }
        final Engine engine = Engine.launch(BrokenAgents.context(directory, SwitchOffTest::always));
        final int had = (int) engine.shard(0).sequence();
        assertThat(had).isGreaterThanOrEqualTo(wanted);
        assertThat(broken(engine).isOff()).isTrue();
        engine.close();
        assertThat(Engines.run(
                        BrokenAgents.context(directory.resolve("calm"), SwitchOffTest::always),
                        BrokenAgents.childWorkload(),
                        0,
                        had))
                .isEqualTo(engine.stateHash());
    }

    @Test
    void anOperatorHasItCalledAgainAndThatIsJournaled() throws Exception {
        final LongPredicate mendedAtLast = id -> id < 300;
        final Engine engine = Engine.launch(
                BrokenAgents.context(directory, mendedAtLast).jmx(true).name("revived"));
        final AgentsMXBean bean = JMX.newMXBeanProxy(
                ManagementFactory.getPlatformMBeanServer(),
                new ObjectName("io.tagma:type=Agents,engine=\"revived\""),
                AgentsMXBean.class);
        feedEvents(engine, 0, 200);
        assertThat(bean.getSwitchedOff())
                .singleElement()
                .asString()
                .contains("shard 0 broken since input", "broken at");
        assertThat(health(engine))
                .singleElement()
                .asString()
                .startsWith("agent-0/broken degraded: switched off at input")
                .contains("failed more than 50 times within 200 inputs", "--revive broken");
        assertThat(agentBean("SwitchedOff")).isEqualTo(true);
        final AgentControl agents = engine.agents();
        assertThatThrownBy(() -> agents.revive("nobody", "me", "why", engine::step))
                .hasMessageContaining("there is no agent \"nobody\"; there are early, late");
        assertThatThrownBy(() -> agents.revive("early", "me", "why", engine::step))
                .hasMessageContaining("\"early\" is not switched off; these are: shard 0 broken");
        assertThatThrownBy(() -> agents.revive("broken", "", "why", engine::step))
                .hasMessageContaining("say who in one line");

        // Not mended yet: it is called, fails as often as it may, and is off again.
        assertThat(agents.revive("broken", "me", "try", engine::step)).containsExactly(0);
        assertThat(broken(engine).isOff()).isFalse();
        assertThat(broken(engine).faults()).isEqualTo(BrokenAgents.MOST + 1);
        feedEvents(engine, 200, 300);
        assertThat(broken(engine).isOff()).isTrue();
        assertThat(broken(engine).faults()).isEqualTo(2 * (BrokenAgents.MOST + 1));

        agents.revive("broken", "me", "mended", engine::step);
        feedEvents(engine, 300, 400);
        assertThat(broken(engine).isOff()).isFalse();
        assertThat(broken(engine).handled()).isPositive();
        assertThat(health(engine)).isEmpty();
        engine.close();

        assertThat(Journals.inputs(directory, 0).stream()
                        .filter(template -> template == AgentOrderFrameDecoder.TEMPLATE_ID))
                .hasSize(2);
        assertThat(Engines.replay(BrokenAgents.context(directory, mendedAtLast)))
                .isEqualTo(engine.stateHash());
    }

    /** Both at once: who is called again for one reason is not for the other. */
    @Test
    void probationAndSwitchingOffDoNotUndoEachOther() {
        final Engine engine = Engine.launch(BrokenAgents.context(directory, SwitchOffTest::always));
        WORKLOAD.feed(engine, 0, 300);
        final AgentCell cell = broken(engine);
        final long faults = cell.faults();
        cell.suspend();
        cell.readmit();
        WORKLOAD.feed(engine, 300, 400);
        assertThat(cell.faults()).isEqualTo(faults);
        cell.suspend();
        cell.revive();
        WORKLOAD.feed(engine, 400, 500);
        assertThat(cell.faults()).isEqualTo(faults);
        engine.close();
    }

    /** A hook that speaks in an agent's place does so while the agent is called: switched off, both are silent. */
    @ParameterizedTest
    @ValueSource(strings = {"replace:softmax-adagrad", "scale:0:2"})
    void aHookDoesNotSpeakForAnAgentThatIsSwitchedOff(final String hook) {
        final Engine engine = Engine.launch(onlyBroken());
        engine.training()
                .give(
                        TrainingOrder.of("ada", "a test", List.of("hook only trial " + hook)),
                        () -> Engines.stepUntilIdle(engine));
        WORKLOAD.feed(engine, 0, 300);
        final AgentCell cell = engine.shard(0).agents().getFirst();
        assertThat(cell.isOff()).isTrue();
        assertThat(cell.handled()).as("tasks, not calls").isZero();
        engine.close();

        final List<Journals.Decided> decisions = Journals.decisions(directory, 0);
        assertThat(decisions.subList(11, decisions.size()))
                .hasSizeGreaterThan(100)
                .allMatch(decision -> decision.status() == Decision.NO_CANDIDATE);
        assertThat(Engines.replay(onlyBroken())).isEqualTo(engine.stateHash());
    }

    private EngineContext onlyBroken() {
        return Team.bare(directory)
                .agent(BrokenAgents.failing("only", SwitchOffTest::always))
                .faults(FaultLimits.DEFAULT.agentFailures(10, 1_000));
    }

    @Test
    void anotherLimitIsAnInputOfTheJournal() {
        final Engine without = Engine.launch(
                BrokenAgents.context(directory, SwitchOffTest::always).faults(FaultLimits.DEFAULT.agentFailures(0, 0)));
        WORKLOAD.feed(without, 0, 400);
        assertThat(broken(without).isOff()).isFalse();
        final long before = broken(without).faults();
        assertThat(before).isGreaterThan(2 * BrokenAgents.MOST);
        without.close();

        final Engine engine = Engine.launch(BrokenAgents.context(directory, SwitchOffTest::always));
        assertThat(engine.shard(0).agentFailures()).isEqualTo(FailureLimit.NONE);
        WORKLOAD.feed(engine, 400, 700);
        assertThat(engine.shard(0).agentFailures()).isEqualTo(new FailureLimit(BrokenAgents.MOST, BrokenAgents.INPUTS));
        assertThat(broken(engine).faults())
                .as("what failed before there was a limit does not count")
                .isEqualTo(BrokenAgents.MOST + 1);
        engine.close();
        final long hash = engine.stateHash();

        final Engine again = Engine.launch(BrokenAgents.context(directory, SwitchOffTest::always));
        again.close();
        assertThat(again.stateHash()).as("the same limit is not ordered again").isEqualTo(hash);
        assertThat(Engines.replay(BrokenAgents.context(directory, SwitchOffTest::always)))
                .isEqualTo(hash);
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> FaultLimits.DEFAULT.agentFailures(5, 1)).hasMessageContaining("agentFailures");
        assertThatThrownBy(() -> FaultLimits.DEFAULT.agentFailures(-1, 10)).hasMessageContaining("-1/10");
        assertThatThrownBy(() -> FaultLimits.DEFAULT.agentFailures(FailureLimit.GREATEST + 1, 10))
                .hasMessageContaining("1000/10000");
        assertThatThrownBy(() -> FailureLimit.parse("many")).hasMessageContaining("failures/inputs");
        assertThatThrownBy(() -> FaultLimits.DEFAULT.shardRestarts(-1)).hasMessageContaining("shardRestarts");
    }

    private static void feedEvents(final Engine engine, final int from, final int to) {
        for (final Workload.Input input : WORKLOAD.inputs()) {
            if (!input.outcome() && input.id() > from && input.id() <= to) {
                engine.decide(WORKLOAD.event(input), new Decision());
            }
        }
    }

    private static boolean always(final long id) {
        return id > 0;
    }

    private static AgentCell broken(final Engine engine) {
        return engine.shard(0).agents().get(BROKEN);
    }

    private static String[] health(final Engine engine) throws Exception {
        return (String[]) ManagementFactory.getPlatformMBeanServer()
                .getAttribute(
                        new ObjectName("io.tagma:type=Health,engine=\""
                                + engine.context().name() + '"'),
                        "Reasons");
    }

    private static Object agentBean(final String attribute) throws Exception {
        return ManagementFactory.getPlatformMBeanServer()
                .getAttribute(
                        new ObjectName("io.tagma:type=Agent,engine=\"revived\",shard=0,agent=\"broken\""), attribute);
    }
}
