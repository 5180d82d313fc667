package io.tagma.tools.scenario;

import io.tagma.tools.EngineDirectory;
import io.tagma.tools.ToolException;
import io.tagma.tools.campaign.CampaignScenario;
import io.tagma.tools.desk.DeskScenario;
import io.tagma.tools.fraud.FraudScenario;
import java.util.List;
import java.util.stream.Collectors;

/** The scenarios there are. Owned by the thread that made it. */
public final class Scenarios {
    /** What {@code tagma run} runs when nothing is said. */
    public static final String DEFAULT = FraudScenario.NAME;

    private final List<Scenario> all = List.of(new FraudScenario(), new CampaignScenario(), new DeskScenario());

    /** All, the default first. */
    public List<Scenario> all() {
        return all;
    }

    /**
     * The scenario of that name.
     *
     * @throws ToolException when there is none; names those there are
     */
    public Scenario byName(final String name) {
        return all.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ToolException.usage("no scenario '" + name + "'; there are: " + names()));
    }

    /**
     * The scenario that wrote a directory.
     *
     * @throws ToolException when it was not written by {@code tagma run}
     */
    public Scenario of(final EngineDirectory directory) {
        final String name = directory.requireJournal().properties().get(EngineDirectory.SCENARIO);
        for (final Scenario scenario : all) {
            if (scenario.name().equals(name)) {
                return scenario;
            }
        }
        throw new ToolException(directory.root() + " was written by "
                + (name == null ? "an embedder's engine" : "the scenario '" + name + "'")
                + ", which this command does not know (it knows " + names()
                + "): replay it in the embedder with io.tagma.engine.shard.Replay and its own EngineContext.");
    }

    private String names() {
        return all.stream().map(Scenario::name).collect(Collectors.joining(", "));
    }
}
