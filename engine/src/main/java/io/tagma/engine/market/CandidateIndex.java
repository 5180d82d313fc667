package io.tagma.engine.market;

import io.tagma.engine.agent.AgentCell;
import java.util.List;

/**
 * Which agents can take which intent: an array of cells for each, made once from their capabilities, so that discovery is
 * one array read. Owned by the shard's thread.
 */
public final class CandidateIndex {
    private final AgentCell[][] voters;
    private final AgentCell[][] shadows;

    /**
     * Matches agents and intents.
     *
     * @param capabilities the capability that each intent needs, by intent number
     * @param cells the shard's agents, by agent number
     */
    public CandidateIndex(final List<String> capabilities, final List<AgentCell> cells) {
        voters = new AgentCell[capabilities.size()][];
        shadows = new AgentCell[capabilities.size()][];
        for (int intent = 0; intent < voters.length; intent++) {
            voters[intent] = matching(cells, capabilities.get(intent), false);
            shadows[intent] = matching(cells, capabilities.get(intent), true);
        }
    }

    private static AgentCell[] matching(final List<AgentCell> cells, final String capability, final boolean shadow) {
        return cells.stream()
                .filter(cell -> cell.descriptor().shadow() == shadow)
                .filter(cell -> cell.descriptor().capabilities().contains(capability))
                .toArray(AgentCell[]::new);
    }

    /** Those who may bid or vote, by agent number; empty where nobody is capable. Not to be changed. */
    public AgentCell[] candidates(final int intent) {
        return voters[intent];
    }

    /** Those who only watch and learn. Not to be changed. */
    public AgentCell[] shadows(final int intent) {
        return shadows[intent];
    }

    /** Most agents that any intent asks, shadows included. */
    public int widest() {
        int widest = 0;
        for (int i = 0; i < voters.length; i++) {
            widest = Math.max(widest, voters[i].length + shadows[i].length);
        }
        return widest;
    }
}
