package io.tagma.tools.campaign;

import io.tagma.engine.EngineContext;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Vocabulary;
import io.tagma.tools.scenario.Workload;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/**
 * Advertising campaigns, an agent each, buy the slots of impressions by Vickrey-Clarke-Groves, out of budgets in the engine's ledger. What was seen is
 * known minutes later: until then the price lies in escrow. Used by one thread.
 */
public final class CampaignScenario implements Scenario {
    /** How it is called. */
    public static final String NAME = "campaign-auction";

    /** Property: seed of the simulated flight. */
    static final String SEED = "seed";

    private static final Vocabulary VOCABULARY = new Vocabulary(
            Map.of(CampaignContexts.USER, Interests.names()), List.of("page topic"), List.of("none", "sold"));

    private final NoOptions options = new NoOptions();

    /** This scenario has no options of its own. */
    @Command
    private static final class NoOptions {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String about() {
        return "200 campaigns buy the slots of simulated impressions by VCG, within budgets they cannot overspend";
    }

    @Override
    public Object options() {
        return options;
    }

    @Override
    public Workload workload(final RunRequest request) {
        if (request.input() != null) {
            throw ToolException.usage(
                    "campaign-auction simulates its impressions: leave out --input " + request.input());
        }
        return new CampaignWorkload(request);
    }

    @Override
    public EngineContext context(final ScenarioSettings settings) {
        final String seed = settings.properties().get(SEED);
        if (seed == null) {
            throw new ToolException("the journal notes no seed; it was not written by campaign-auction");
        }
        return settings.noteIn(CampaignContexts.of(Long.parseLong(seed), settings.shards()));
    }

    @Override
    public Vocabulary vocabulary() {
        return VOCABULARY;
    }
}
