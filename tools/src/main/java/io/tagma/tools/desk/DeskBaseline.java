package io.tagma.tools.desk;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The same day once more where nobody has a name, to see what behaviour is worth; on the calling thread, leaving nothing behind. */
final class DeskBaseline {
    private DeskBaseline() {}

    /** Runs a workload on an engine of its own in a temporary directory. */
    static DeskResult run(final DeskWorkload workload, final EngineContext like) {
        try {
            final Path directory = Files.createTempDirectory("tagma-desk-baseline-");
            try {
                drive(workload, like, directory);
            } finally {
                delete(directory);
            }
        } catch (final IOException e) {
            throw new ToolException("the baseline without names needs a temporary directory: " + e.getMessage());
        }
        return workload.evaluate();
    }

    private static void drive(final DeskWorkload workload, final EngineContext like, final Path directory) {
        final EngineContext context = workload.context()
                .directory(directory)
                .name(like.name() + "-baseline")
                .threading(Threading.CALLER)
                .overflowPolicy(OverflowPolicy.REJECT)
                .kernel(like.kernel())
                .shards(like.shards())
                .audit(false)
                .jmx(false)
                .histograms(false)
                .listener(workload::onDecision);
        try (Engine engine = Engine.launch(context)) {
            final Event event = new Event();
            final Outcome outcome = new Outcome();
            int what = workload.next(event, outcome);
            while (what != Workload.END) {
                final int code = switch (what) {
                    case Workload.EVENT -> engine.submit(event);
                    case Workload.OUTCOME -> engine.submit(outcome);
                    default -> SubmitCode.ACCEPTED;
                };
                if (code != SubmitCode.ACCEPTED) {
                    throw new ToolException("the baseline's engine refused an event: " + SubmitCode.describe(code));
                }
                engine.step();
                what = workload.next(event, outcome);
            }
        }
    }

    private static void delete(final Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
