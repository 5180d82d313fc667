package io.tagma.perf.recovery;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.engine.shard.StateHashes;
import io.tagma.perf.decision.Scratch;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.ProfileRow;
import io.tagma.store.mirror.MirrorMember;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The processes of the recovery benchmark: an engine that fills its rows and waits to be killed, an engine that comes back, a
 * member of a mirror. The parent kills each of them.
 */
final class RecoveryChild {
    static final String ANSWER = "answer ";

    private static final int DIMENSION = 16;
    private static final int WAIT_MS = 200;
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private RecoveryChild() {}

    /** What all processes are launched with. */
    static EngineContext context(final Path directory, final int rows) {
        final EngineContext context = new EngineContext()
                .name("recovery")
                .directory(directory)
                .threading(Threading.CALLER)
                .overflowPolicy(OverflowPolicy.REJECT)
                .audit(false)
                .histograms(false)
                .jmx(false)
                .intent(IntentSpec.voted("event", "score", 0.5f, 0.9f))
                .agent(AgentFactory.of(
                        AgentDescriptor.of("voter", "score"), agent -> (task, ballot) -> ballot.logOdds(task.value(0))))
                .subjectRule(Count::new)
                .limits(new ShardLimits()
                        .profileDimension(DIMENSION)
                        .maxRows(rows)
                        .snapshotInterval(0));
        return context;
    }

    /** Counts and sums what comes. */
    private static final class Count implements ProfileRule {
        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            features[offset] = row.get(0);
            return 1;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            row.set(0, row.get(0) + 1f);
            row.set(1 + (int) (task.correlationId() % (DIMENSION - 1)), task.value(0));
        }
    }

    /** What to be, and with what: {@code fill DIR ROWS EVENTS FIRST}, {@code launch DIR ROWS}, {@code member DIR N}. */
    public static void main(final String[] args) {
        final Path directory = Path.of(args[1]);
        final int number = Integer.parseInt(args[2]);
        switch (args[0]) {
            case "fill" -> fill(directory, number, Long.parseLong(args[3]), Long.parseLong(args[4]));
            case "launch" -> launch(directory, number);
            case "member" -> serve(directory, number);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Each subject once, then any of them. */
    private static void fill(final Path directory, final int rows, final long events, final long first) {
        final Engine engine = Engine.launch(context(directory, rows));
        final Event event = new Event();
        for (long n = first; n <= events; n++) {
            final long subject = n <= rows ? n : 1 + Long.remainderUnsigned(n * MULTIPLIER, rows);
            event.reset()
                    .correlationId(n)
                    .subject(Subjects.of(1, subject))
                    .timeNs(n)
                    .intent(0)
                    .value((n & 0xff) / 256f);
            while (engine.submit(event) != SubmitCode.ACCEPTED) {
                engine.step();
            }
        }
        while (engine.step() > 0) {
            // until all is applied
        }
        answer("sequence=" + engine.shard(0).sequence() + " hash=" + StateHashes.format(engine.stateHash()));
        LockSupport.park();
    }

    /** Leaves the directory as it found it, but for the map: it is not closed. */
    private static void launch(final Path directory, final int rows) {
        // The map library compiles classes at its first use: seconds that are not recovery's.
        final Path warm = directory.resolveSibling("warm");
        Engine.launch(context(warm, 1)).close();
        Scratch.delete(warm);
        final long startNs = SystemNanoClock.INSTANCE.nanoTime();
        final Engine engine = Engine.launch(context(directory, rows));
        final long ns = SystemNanoClock.INSTANCE.nanoTime() - startNs;
        answer("ns=" + ns + " from=" + engine.shard(0).recoveredFrom().replace(' ', '_') + " hash="
                + StateHashes.format(engine.stateHash()));
        LockSupport.park();
    }

    private static void serve(final Path directory, final int number) {
        try (MirrorMember member = new MirrorMember(directory, number, SystemNanoClock.INSTANCE)) {
            answer("member=" + number);
            while (!member.ended()) {
                member.doWork(WAIT_MS);
            }
        }
    }

    private static void answer(final String text) {
        final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.println(ANSWER + text);
    }
}
