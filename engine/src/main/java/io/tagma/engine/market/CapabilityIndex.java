package io.tagma.engine.market;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is best for a capability now: a matrix of scores, agents by capabilities, kept current by what changes. Owned by one thread.
 *
 * <p>{@code score = (wc * skill + wl * (1 - load) + wk * compatibility) / (wc + wl + wk)}, where skill says how well the agent does what is asked
 * for and compatibility how well it goes with the rest; all between 0 and 1. For each capability the agents that have it stand in a binary
 * heap by score, so that a change of one agent costs the logarithm of their number for each of its capabilities, and the {@code k} best are
 * read off the top: of each one taken, only its two children may be next. Equal scores rank by agent number, the lower first, so that the
 * answer depends on nothing but the scores. {@link #top} and {@link #load} allocate nothing.
 */
public final class CapabilityIndex {
    private final CapabilityWeights weights;
    private final int maxAgents;
    private final Map<String, Integer> capabilities = new HashMap<>();
    private final List<RankedAgents> ranked = new ArrayList<>();
    private final float[] loads;
    private final int[][] capabilitiesOf;

    /** An empty index of agents 0 to {@code maxAgents - 1}. */
    public CapabilityIndex(final int maxAgents, final CapabilityWeights weights) {
        if (maxAgents < 1) {
            throw new IllegalArgumentException("maxAgents must be 1 or more: " + maxAgents);
        }
        this.maxAgents = maxAgents;
        this.weights = weights;
        this.loads = new float[maxAgents];
        this.capabilitiesOf = new int[maxAgents][0];
    }

    /** The number of a capability, given to it when it is first asked for. Allocates then. */
    public int capability(final String name) {
        return capabilities.computeIfAbsent(name, missing -> {
            ranked.add(new RankedAgents(maxAgents));
            return ranked.size() - 1;
        });
    }

    /**
     * An agent can do something, from now on so well.
     *
     * @param skill 0 to 1
     * @param compatibility 0 to 1
     */
    public void offer(final int agent, final int capability, final float skill, final float compatibility) {
        check("skill", skill);
        check("compatibility", compatibility);
        final RankedAgents agents = ranked.get(capability);
        if (!agents.contains(agent)) {
            final int[] of = Arrays.copyOf(capabilitiesOf[agent], capabilitiesOf[agent].length + 1);
            of[of.length - 1] = capability;
            capabilitiesOf[agent] = of;
        }
        agents.base(agent, (weights.capability() * skill + weights.compatibility() * compatibility) / weights.sum());
        agents.put(agent, score(agents, agent));
    }

    /** An agent is gone, with all that it can do. */
    public void remove(final int agent) {
        for (final int capability : capabilitiesOf[agent]) {
            ranked.get(capability).remove(agent);
        }
        capabilitiesOf[agent] = new int[0];
        loads[agent] = 0;
    }

    /** An agent is so busy now, 0 to 1. */
    public void load(final int agent, final float load) {
        check("load", load);
        loads[agent] = load;
        for (final int capability : capabilitiesOf[agent]) {
            final RankedAgents agents = ranked.get(capability);
            agents.put(agent, score(agents, agent));
        }
    }

    private float score(final RankedAgents agents, final int agent) {
        return agents.base(agent) + weights.load() * (1 - loads[agent]) / weights.sum();
    }

    /**
     * The best for a capability, the best first.
     *
     * @param into gets their numbers, as many as there are or as it is long
     * @return how many
     */
    public int top(final int capability, final int[] into) {
        return ranked.get(capability).top(into);
    }

    /** What an agent scores for a capability, or NaN where it has not got it. */
    public float score(final int agent, final int capability) {
        return ranked.get(capability).score(agent);
    }

    /** How many agents have a capability. */
    public int count(final int capability) {
        return ranked.get(capability).size();
    }

    private static void check(final String what, final float value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(what + " must be 0 to 1: " + value);
        }
    }
}
