package io.tagma.tools.chaos;

import io.tagma.engine.EngineContext;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Vocabulary;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A scenario whose runs look at payments twice and note a {@link ChaosPlan}, where there is one, in the journal. Stateless. */
public final class ChaosScenario implements Scenario {
    /** Property: has a scenario ask isolated agents, so that there are some to hang. */
    public static final String SECOND_LOOK = "second-look";

    private final Scenario scenario;
    private final @Nullable ChaosPlan plan;

    /** Around a scenario that wraps its agents where it finds the plan among its settings; without a plan, calm. */
    public ChaosScenario(final Scenario scenario, final @Nullable ChaosPlan plan) {
        this.scenario = scenario;
        this.plan = plan;
    }

    /** Has a context's agents fail where its settings hold a plan; else leaves it as it is. */
    public static EngineContext within(
            final EngineContext context, final ScenarioSettings settings, final ChaosEffects effects) {
        final String text = settings.properties().get(ChaosPlan.PROPERTY);
        if (text == null) {
            return context;
        }
        final ChaosPlan plan = ChaosPlan.parse(text);
        final int agents = context.agents().size();
        return context.aroundAgents((number, factory) -> ChaosAgent.around(factory, number, agents, plan, effects));
    }

    /** Has isolated agents hang where the settings hold a plan; else leaves them as they are. */
    public static UnaryOperator<Isolated> isolated(final ScenarioSettings settings, final ChaosEffects effects) {
        final String text = settings.properties().get(ChaosPlan.PROPERTY);
        if (text == null) {
            return UnaryOperator.identity();
        }
        final ChaosPlan plan = ChaosPlan.parse(text);
        final AtomicLong struck = new AtomicLong();
        return isolated -> ChaosIsolated.around(isolated, plan, effects, struck);
    }

    @Override
    public EngineContext context(final ScenarioSettings settings) {
        final Map<String, String> properties = new HashMap<>(settings.properties());
        properties.put(SECOND_LOOK, "true");
        if (plan != null) {
            properties.put(ChaosPlan.PROPERTY, plan.toString());
        }
        return scenario.context(new ScenarioSettings(properties, settings.shards()));
    }

    @Override
    public String name() {
        return scenario.name();
    }

    @Override
    public String about() {
        return scenario.about();
    }

    @Override
    public Object options() {
        return scenario.options();
    }

    @Override
    public Workload workload(final RunRequest request) throws IOException {
        return scenario.workload(request);
    }

    @Override
    public Vocabulary vocabulary() {
        return scenario.vocabulary();
    }
}
