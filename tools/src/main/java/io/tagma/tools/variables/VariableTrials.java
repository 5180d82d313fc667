package io.tagma.tools.variables;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.council.variable.SuccessiveHalving;
import io.tagma.engine.council.variable.VariableText;
import io.tagma.engine.council.variable.VariableValue;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.ToolException;
import io.tagma.tools.replay.Scratch;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tries values of a variable by running a directory's scenario from its start, on one shard in a scratch directory, with the value
 * proposed to the scenario's own agents before the first event: what they vote down is not tried. Every trial sees the same events. Used
 * by one thread.
 */
final class VariableTrials implements SuccessiveHalving.Goal {
    private final Scenario scenario;
    private final Map<String, String> properties;
    private final String variable;
    private final String goal;

    VariableTrials(final Scenario scenario, final EngineDirectory source, final String variable, final String goal) {
        this.scenario = scenario;
        this.properties = new LinkedHashMap<>(source.properties());
        this.variable = variable;
        this.goal = goal;
    }

    @Override
    public double quality(final double value, final long budget) {
        try (Scratch scratch = new Scratch();
                Workload workload = scenario.workload(new RunRequest(null, null, 1, properties))) {
            final EngineContext context = scenario.context(new ScenarioSettings(properties, 1))
                    .directory(scratch.path())
                    .threading(Threading.CALLER)
                    .overflowPolicy(OverflowPolicy.REJECT)
                    .audit(false)
                    .histograms(false)
                    .jmx(false)
                    .listener(workload::onDecision);
            final Engine engine = Engine.launch(context);
            try {
                final String text = VariableText.format(VariableValue.of(value));
                final boolean allowed = engine.variables()
                        .propose("optimise", "a trial", variable, text, engine::step)
                        .applied();
                if (!allowed) {
                    return Double.NaN;
                }
                feed(engine, workload, budget);
            } finally {
                engine.close();
            }
            workload.closed(engine);
            return reached(workload);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void feed(final Engine engine, final Workload workload, final long events) {
        final Event event = new Event();
        final Outcome outcome = new Outcome();
        for (long submitted = 0; submitted < events; ) {
            final int next = workload.next(event, outcome);
            if (next == Workload.END) {
                break;
            }
            int code = SubmitCode.ACCEPTED;
            if (next == Workload.EVENT) {
                submitted++;
                code = engine.submit(event);
                while (code == SubmitCode.FULL) {
                    engine.step();
                    code = engine.submit(event);
                }
            } else if (next == Workload.OUTCOME) {
                code = engine.submit(outcome);
                while (code == SubmitCode.FULL) {
                    engine.step();
                    code = engine.submit(outcome);
                }
            } else {
                engine.step();
            }
            if (code != SubmitCode.ACCEPTED) {
                throw new ToolException("a trial's engine took no more: " + SubmitCode.describe(code));
            }
        }
        for (int idle = 0; idle < 2; ) {
            idle = engine.step() == 0 ? idle + 1 : 0;
        }
    }

    private double reached(final Workload workload) {
        final Map<String, Object> quality = workload.quality();
        if (quality.get(goal) instanceof Number number) {
            return number.doubleValue();
        }
        throw ToolException.usage("the scenario has no goal '" + goal + "'; there are: " + quality.keySet());
    }
}
