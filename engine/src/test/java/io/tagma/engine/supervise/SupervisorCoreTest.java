package io.tagma.engine.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of OTP's supervisor, row by row: events in, actions out. A script is words like {@code "started a"}. */
class SupervisorCoreTest {
    private static final long TIMEOUT_NS = 100;

    private final List<String> done = new ArrayList<>();
    private final List<Action> again = new ArrayList<>();
    private long nowNs;
    private SupervisorCore core = core(Strategy.ONE_FOR_ONE, 3, 1_000, "a", "b", "c");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // strategy | who fails | what follows, every start answered and every stop obeyed
                "ONE_FOR_ONE  | b | start b",
                "ONE_FOR_ALL  | b | stop c, stop a, start a, start b, start c",
                "REST_FOR_ONE | b | stop c, start b, start c",
                "REST_FOR_ONE | c | start c",
                "REST_FOR_ONE | a | stop c, stop b, start a, start b, start c",
            })
    void aFailureRestartsWhomTheStrategySays(final Strategy strategy, final String failed, final String expected) {
        core = core(strategy, 3, 1_000, "a", "b", "c");
        up();
        tell("fail " + failed);
        obey();
        assertThat(String.join(", ", done)).isEqualTo(expected);
        assertThat(states()).isEqualTo("a RUNNING, b RUNNING, c RUNNING");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PERMANENT | NORMAL   | true  | true",
                "PERMANENT | SHUTDOWN | true  | true",
                "PERMANENT | FAILURE  | true  | true",
                "TRANSIENT | NORMAL   | false | true",
                "TRANSIENT | SHUTDOWN | false | true",
                "TRANSIENT | FAILURE  | true  | true",
                "TEMPORARY | NORMAL   | false | false",
                "TEMPORARY | SHUTDOWN | false | false",
                "TEMPORARY | FAILURE  | false | false",
            })
    void theTypeSaysWhoComesBackAndWhoIsForgotten(
            final Restart restart, final Exit exit, final boolean comesBack, final boolean kept) {
        core = new SupervisorCore(Strategy.ONE_FOR_ONE, 3, 1_000, List.of(spec("a", restart)), 0);
        up();
        on(new Event.Ended("a", 1, exit, "why"));
        obey();
        assertThat(done).isEqualTo(comesBack ? List.of("start a") : List.of());
        assertThat(core.children()).hasSize(kept ? 1 : 0);
    }

    @Test
    void childrenStartInOrderEachAfterTheOneBefore() {
        on(new Event.Begin());
        assertThat(done).containsExactly("start a");
        tell("started a", "started b");
        assertThat(done).containsExactly("start a", "start b", "start c");
        tell("started c");
        assertThat(done).last().isEqualTo("up");
    }

    @Test
    void childrenStopInReverseEachAfterTheOneBefore() {
        up();
        on(new Event.Shutdown());
        assertThat(done).containsExactly("stop c");
        obey();
        assertThat(done).containsExactly("stop c", "stop b", "stop a", "down SHUTDOWN");
        assertThat(core.isEnded()).isTrue();
    }

    @Test
    void aChildThatDoesNotStopIsForcedThenAbandonedAndTheOthersFollow() {
        up();
        on(new Event.Shutdown());
        assertThat(core.nextDeadlineNs()).isEqualTo(TIMEOUT_NS);
        at(TIMEOUT_NS - 1, new Event.Tick());
        assertThat(done).containsExactly("stop c");
        at(TIMEOUT_NS, new Event.Tick());
        assertThat(done).containsExactly("stop c", "force c");
        at(2 * TIMEOUT_NS, new Event.Tick());
        assertThat(done).containsExactly("stop c", "force c", "abandon c", "stop b");
        on(new Event.Ended("c", 3, Exit.NORMAL, "")); // too late: it is nobody's news
        obey();
        assertThat(done).last().isEqualTo("down SHUTDOWN");
        assertThat(core.abandoned()).isEqualTo(1);
    }

    @Test
    void aStartThatFailsAtFirstStopsThoseStartedAndEndsTheSupervisor() {
        on(new Event.Begin());
        tell("started a", "started b", "startfailed c");
        obey();
        assertThat(done).containsExactly("start a", "start b", "start c", "stop b", "stop a", "down FAILURE");
    }

    @Test
    void aChildThatDeclinesIsSkippedAndKept() {
        on(new Event.Begin());
        tell("started a", "declined b", "started c");
        assertThat(done).last().isEqualTo("up");
        assertThat(states()).isEqualTo("a RUNNING, b STOPPED, c RUNNING");
        on(new Event.StartAgain(7, "b"));
        tell("started b");
        assertThat(done).last().isEqualTo("answer 7 OK");
    }

    @Test
    void intensityIsASlidingWindowThatIncludesItsFarEdge() {
        core = core(Strategy.ONE_FOR_ONE, 2, 1_000, "a");
        up();
        for (final long time : new long[] {0, 500, 1_001, 1_501}) { // never three within 1,000
            nowNs = time;
            tell("fail a");
            obey();
        }
        assertThat(done).containsExactly("start a", "start a", "start a", "start a");
        nowNs = 2_001; // the one at 1,001 is exactly a period ago, and counts
        tell("fail a");
        assertThat(done).last().isEqualTo("down SHUTDOWN");
    }

    @Test
    void intensityZeroGivesUpAtTheFirstFailureAndStopsTheOthers() {
        core = core(Strategy.ONE_FOR_ONE, 0, 1_000, "a", "b", "c");
        up();
        tell("fail b");
        obey();
        assertThat(done).containsExactly("stop c", "stop a", "down SHUTDOWN");
    }

    @Test
    void aRestartThatFailsIsTriedAgainAndEachTryCounts() {
        up();
        tell("fail a"); // 1
        tell("startfailed a");
        assertThat(states()).startsWith("a RESTARTING");
        retry(); // 2
        tell("startfailed a");
        retry(); // 3
        tell("startfailed a");
        assertThat(core.isEnded()).isFalse();
        retry(); // one too many
        obey();
        assertThat(done)
                .containsExactly(
                        "start a",
                        "again a",
                        "start a",
                        "again a",
                        "start a",
                        "again a",
                        "stop c",
                        "stop b",
                        "down SHUTDOWN");
    }

    @Test
    void aGroupWhoseMiddleFailsToStartIsRestartedFromThere() {
        core = core(Strategy.ONE_FOR_ALL, 3, 1_000, "a", "b", "c");
        up();
        tell("fail c");
        obeyStops();
        tell("started a", "startfailed b");
        assertThat(states()).isEqualTo("a RUNNING, b RESTARTING, c STOPPED");
        done.clear();
        retry();
        obey();
        assertThat(done).containsExactly("stop a", "start a", "start b", "start c");
    }

    @Test
    void aSiblingThatFailsWhileItsGroupStopsIsNotAskedToStop() {
        core = core(Strategy.ONE_FOR_ALL, 1, 1_000, "a", "b", "c");
        up();
        tell("fail b", "fail a"); // c is being stopped; a ends by itself meanwhile
        obey();
        assertThat(done).containsExactly("stop c", "start a", "start b", "start c");
        assertThat(core.isEnded()).isFalse(); // and one restart was counted, not two
    }

    @Test
    void aSiblingThatFailsAfterItsOwnRestartHasItsTurnAfterTheGroup() {
        core = core(Strategy.ONE_FOR_ALL, 3, 1_000, "a", "b", "c");
        up();
        tell("fail b");
        obeyStops();
        tell("started a", "fail a"); // b's start is awaited
        done.clear();
        tell("started b", "started c");
        obey();
        assertThat(done).containsExactly("start c", "stop c", "stop b", "start a", "start b", "start c");
    }

    @Test
    void newsOfAnEarlierLifeIsIgnored() {
        up();
        tell("fail a");
        tell("started a");
        done.clear();
        on(new Event.Ended("a", 1, Exit.FAILURE, "old"));
        assertThat(done).isEmpty();
        assertThat(states()).startsWith("a RUNNING");
    }

    @Test
    void terminateInARestartLoopEndsTheLoop() {
        up();
        tell("fail a", "startfailed a");
        on(new Event.Delete(1, "a"));
        on(new Event.StartAgain(2, "a"));
        on(new Event.Terminate(3, "a"));
        retry();
        assertThat(done)
                .containsExactly("start a", "again a", "answer 1 RESTARTING", "answer 2 RESTARTING", "answer 3 OK");
        assertThat(states()).startsWith("a STOPPED");
        on(new Event.Delete(4, "a"));
        assertThat(done).last().isEqualTo("answer 4 OK");
    }

    @Test
    void shutdownInARestartLoopStopsTheRest() {
        up();
        tell("fail b", "startfailed b");
        on(new Event.Shutdown());
        obey();
        assertThat(done).containsExactly("start b", "again b", "stop c", "stop a", "down SHUTDOWN");
    }

    @Test
    void shutdownDuringAStartStopsTheOneThatStarts() {
        on(new Event.Begin());
        tell("started a");
        on(new Event.Shutdown());
        assertThat(done).containsExactly("start a", "start b", "stop b");
        tell("startfailed b");
        obey();
        assertThat(done).containsExactly("start a", "start b", "stop b", "stop a", "down SHUTDOWN");
    }

    @Test
    void aChildThatWasAddedAndFailsToStartIsForgotten() {
        up();
        on(new Event.Add(1, spec("d", Restart.PERMANENT)));
        tell("startfailed d");
        on(new Event.Add(2, spec("a", Restart.PERMANENT)));
        on(new Event.Terminate(3, "d"));
        assertThat(done)
                .containsExactly("start d", "answer 1 START_FAILED", "answer 2 ALREADY_PRESENT", "answer 3 NOT_FOUND");
    }

    @Test
    void terminatedTemporaryChildrenAreForgottenAlsoInAGroup() {
        core = new SupervisorCore(
                Strategy.ONE_FOR_ALL, 3, 1_000, List.of(spec("a", Restart.PERMANENT), spec("t", Restart.TEMPORARY)), 0);
        up();
        tell("fail a");
        obey();
        assertThat(done).containsExactly("stop t", "start a");
        assertThat(states()).isEqualTo("a RUNNING");
    }

    @Test
    void requestsWaitForARestartAndAreRefusedByAnEnd() {
        up();
        tell("fail a");
        on(new Event.Terminate(1, "b"));
        on(new Event.Terminate(2, "c"));
        assertThat(done).containsExactly("start a");
        tell("started a");
        assertThat(done).last().isEqualTo("stop b");
        on(new Event.Shutdown());
        assertThat(done).contains("answer 1 SHUTTING_DOWN", "answer 2 SHUTTING_DOWN");
        obey();
        assertThat(done).last().isEqualTo("down SHUTDOWN");
    }

    @Test
    void twoChildrenOfOneNameAreRefused() {
        assertThatThrownBy(() -> core(Strategy.ONE_FOR_ONE, 1, 1, "a", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"a\"");
    }

    /** Whatever happens in whatever order: an end is reached, nobody lives on, and nobody is started or stopped twice. */
    @Test
    void invariantsHoldUnderRandomEvents() {
        for (long seed = 0; seed < 2_000; seed++) {
            new SupervisorFuzz(new SplittableRandom(seed), "seed " + seed).run();
        }
    }

    static SupervisorCore core(final Strategy strategy, final int intensity, final long periodNs, final String... ids) {
        return new SupervisorCore(
                strategy,
                intensity,
                periodNs,
                Stream.of(ids).map(id -> spec(id, Restart.PERMANENT)).toList(),
                0);
    }

    static ChildSpec spec(final String id, final Restart restart) {
        return new ChildSpec(id, restart, false, TIMEOUT_NS);
    }

    private void up() {
        on(new Event.Begin());
        obey();
        done.clear();
    }

    private void at(final long timeNs, final Event event) {
        nowNs = timeNs;
        on(event);
    }

    private void on(final Event event) {
        for (final Action action : core.on(event, nowNs)) {
            done.add(words(action));
            if (action instanceof Action.Again) {
                again.add(action);
            }
        }
    }

    private void retry() {
        final Action.Again last = (Action.Again) again.removeLast();
        on(new Event.Retry(last.id(), last.incarnation()));
    }

    private void tell(final String... words) {
        for (final String word : words) {
            final int space = word.indexOf(' ');
            final String[] part = {word.substring(0, space), word.substring(space + 1)};
            final int incarnation = incarnation(part[1]);
            on(
                    switch (part[0]) {
                        case "started" -> new Event.Started(part[1], incarnation);
                        case "declined" -> new Event.Declined(part[1], incarnation);
                        case "startfailed" -> new Event.StartFailed(part[1], incarnation, "no");
                        case "fail" -> new Event.Ended(part[1], incarnation, Exit.FAILURE, "thrown");
                        default -> throw new IllegalArgumentException(word);
                    });
        }
    }

    private int incarnation(final String id) {
        return core.children().stream()
                .filter(c -> c.spec.id().equals(id))
                .findFirst()
                .orElseThrow()
                .incarnation;
    }

    /** Answers stops until none is left. */
    private void obeyStops() {
        while (answerOne(ChildState.STOPPING)) {}
    }

    /** Answers stops and starts until none is left. */
    private void obey() {
        while (answerOne(ChildState.STOPPING) || answerOne(ChildState.STARTING)) {}
    }

    private boolean answerOne(final ChildState state) {
        for (final ChildEntry child : List.copyOf(core.children())) {
            if (child.state == state) {
                on(
                        state == ChildState.STOPPING
                                ? new Event.Ended(child.spec.id(), child.incarnation, Exit.SHUTDOWN, "")
                                : new Event.Started(child.spec.id(), child.incarnation));
                return true;
            }
        }
        return false;
    }

    private String states() {
        return String.join(
                ", ",
                core.children().stream().map(c -> c.spec.id() + " " + c.state).toList());
    }

    private static String words(final Action action) {
        return switch (action) {
            case Action.Start theStart -> "start " + theStart.id();
            case Action.Stop theStop -> "stop " + theStop.id();
            case Action.Force theForce -> "force " + theForce.id();
            case Action.Abandon theAbandon -> "abandon " + theAbandon.id();
            case Action.Again theAgain -> "again " + theAgain.id();
            case Action.Answer theAnswer -> "answer " + theAnswer.ticket() + ' ' + theAnswer.reply();
            case Action.Up ignored -> "up";
            case Action.Down theDown -> "down " + theDown.exit();
        };
    }
}
