package io.tagma.perf.council;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.desk.DeskScenario;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which share of a decision's time coordination has in a scenario: pooling the ballots of as many as vote, or clearing the bids of as
 * many as bid, over the time that a shard of that scenario takes for an event when it never waits. Used by one thread.
 */
final class CoordinationShare {
    private static final double NS_PER_S = 1e9;
    private static final int MOST_WHY = 200;

    private final CoordinationRuns runs;
    private final int events;
    private final @Nullable Path deskInput;

    CoordinationShare(final CoordinationRuns runs, final int events, final @Nullable Path deskInput) {
        this.deskInput = deskInput;
        this.runs = runs;
        this.events = events;
    }

    /**
     * One scenario's share.
     *
     * @param scenario its name
     * @param decisionNs of an event, all that a shard does for it
     * @param coordinationNs of which those for votes or bids
     * @param participants most that vote or bid on one event
     * @param skipped why there are no figures; empty where there are
     */
    record Share(String scenario, double decisionNs, double coordinationNs, int participants, String skipped) {
        /** Coordination's part, 0 to 1. */
        double share() {
            return coordinationNs / decisionNs;
        }
    }

    Share of(final Scenario scenario, final Path directory) throws IOException {
        if (deskInput == null && scenario.name().equals(DeskScenario.NAME)) {
            return new Share(
                    scenario.name(),
                    Double.NaN,
                    Double.NaN,
                    0,
                    "it simulates nothing; give it utterances with --desk-input FILE, lines of INTENT<tab>UTTERANCE,"
                            + " plain or gzip");
        }
        final Path summary = directory.resolve("summary.json");
        final Path run = directory.resolve("run");
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        final PrintStream text = new PrintStream(said, true, StandardCharsets.UTF_8);
        final List<String> words = new ArrayList<>(List.of("run", scenario.name(), "--rate", "max"));
        words.addAll(List.of("--events", Integer.toString(events)));
        words.addAll(List.of("--dir", run.toString(), "--summary", summary.toString()));
        final Path input = deskInput;
        if (input != null && scenario.name().equals(DeskScenario.NAME)) {
            words.addAll(List.of("--input", input.toString()));
        }
        final int code = Tagma.execute(new Terminal(text, text, false), words.toArray(String[]::new));
        if (code != Tagma.EXIT_OK) {
            final String why = said.toString(StandardCharsets.UTF_8).strip();
            return new Share(
                    scenario.name(), Double.NaN, Double.NaN, 0, why.substring(0, Math.min(MOST_WHY, why.length())));
        }
        final JsonNode figures = new ObjectMapper().readTree(summary.toFile());
        final double decisionNs = NS_PER_S / figures.path("events_per_s").asDouble();
        final EngineDirectory made = EngineDirectory.open(run);
        final EngineContext context = scenario.context(new ScenarioSettings(made.properties(), made.shards()));
        double worst = 0;
        int most = 0;
        for (final IntentSpec intent : context.intents()) {
            final int participants = participants(context.agents(), intent);
            if (participants > most) {
                most = participants;
                worst = intent.protocol() == IntentSpec.Protocol.VOTE
                        ? runs.poolNs(participants)
                        : runs.clearNs(participants);
            }
        }
        return new Share(scenario.name(), decisionNs, worst, most, "");
    }

    private static int participants(final List<AgentFactory> agents, final IntentSpec intent) {
        return (int) agents.stream()
                .map(AgentFactory::describe)
                .filter(agent -> !agent.shadow())
                .map(AgentDescriptor::capabilities)
                .filter(capabilities -> capabilities.contains(intent.capability()))
                .count();
    }
}
