package io.tagma.engine;

import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.IdleStrategies;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.BitUtil;

/** Rejects settings of an {@link EngineContext} that cannot work, with a message that names setting, value and way out. Stateless. */
final class ContextCheck {
    private ContextCheck() {}

    static void check(final EngineContext context) {
        ShardLimits.powerOfTwo("ringCapacity", context.ringCapacity(), 65536);
        ShardLimits.range("shards", context.shards(), 1, EngineContext.MAX_SHARDS);
        context.limits().conclude(context.ringCapacity());
        final int slotLength = context.slotLength();
        if (slotLength % BitUtil.CACHE_LINE_LENGTH != 0 || slotLength < 2 * BitUtil.CACHE_LINE_LENGTH) {
            throw new EngineException("tagma.slotLength must be a multiple of 64 from 128 on, e.g. 256: " + slotLength);
        }
        if (context.decisionRingCapacity() != 0) {
            ShardLimits.powerOfTwo("decisionRingCapacity", context.decisionRingCapacity(), 4096);
        }
        if (context.observersStepped() && context.threading() != Threading.CALLER) {
            throw new EngineException(
                    "tagma.observersStepped needs threading CALLER, who would step them? It is " + context.threading());
        }
        notNegative("blockTimeoutNs", context.blockTimeoutNs());
        notNegative("auditDrainTimeoutNs", context.auditDrainTimeoutNs());
        if (context.reportIntervalNs() < 1) {
            throw new EngineException(
                    "tagma.reportIntervalNs must be above 0, e.g. 1000000000: " + context.reportIntervalNs());
        }
        oneOf("idleStrategy", context.idleStrategy(), IdleStrategies.names());
        oneOf("kernel", context.kernel(), List.of("auto", "scalar", "vector", "cuda", "measured"));
        intents(context.intents());
        asked(context);
        agents(context.agents());
        context.properties().forEach(ContextCheck::property);
        context.kinds().forEach(ContextCheck::kind);
    }

    private static void notNegative(final String setting, final long value) {
        if (value < 0) {
            throw new EngineException("tagma." + setting + " must be 0 or more: " + value);
        }
    }

    private static void oneOf(final String setting, final String value, final List<String> possible) {
        if (!possible.contains(value)) {
            throw new EngineException("tagma." + setting + " must be one of " + possible + ": " + value);
        }
    }

    private static void intents(final List<IntentSpec> intents) {
        if (intents.isEmpty()) {
            throw new EngineException("no intents; name at least one with EngineContext.intent(IntentSpec.voted(...))");
        }
        if (intents.size() > Short.MAX_VALUE) {
            throw new EngineException("tagma.intents: at most " + Short.MAX_VALUE + ", there are " + intents.size());
        }
        final Set<String> names = new HashSet<>();
        for (final IntentSpec intent : intents) {
            oneLine("intent", intent.name());
            oneLine("intent", intent.capability());
            if (!names.add(intent.name())) {
                throw new EngineException("two intents have the same name '" + intent.name()
                        + "'; names in the catalogue must be unique");
            }
        }
    }

    private static void asked(final EngineContext context) {
        for (final IntentSpec intent : context.intents()) {
            if (intent.isAsked() && !context.outside().isOpen()) {
                throw new EngineException(
                        "intent '" + intent.name() + "' asks for bids, but there is nobody to ask; name them with"
                                + " EngineContext.outside(OutsideTerms.of(...)), or use"
                                + " IntentSpec.traded(...)");
            }
        }
    }

    private static void agents(final List<AgentFactory> agents) {
        if (agents.size() > Engine.AGENT_LIMIT) {
            throw new EngineException("tagma.agents: at most " + Engine.AGENT_LIMIT + ", there are " + agents.size());
        }
        final Set<String> names = new HashSet<>();
        for (final AgentFactory agent : agents) {
            final String name = agent.describe().name();
            oneLine("agent", name);
            if (!names.add(name)) {
                throw new EngineException("two agents have the same name '" + name + "'; give each its own");
            }
        }
    }

    private static void property(final String key, final String value) {
        oneLine("property", key);
        oneLine("property " + key, value);
        if (key.isEmpty() || key.indexOf('=') >= 0) {
            throw new EngineException("tagma.property: a key must not be empty or hold '=': '" + key + "'");
        }
    }

    private static void kind(final int kind, final String name) {
        if (name.isBlank()
                || !name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.')) {
            throw new EngineException("tagma.subjectKind " + kind
                    + " must have a name of letters, digits, '-', '_' and '.', e.g. card: '" + name + "'");
        }
    }

    private static void oneLine(final String what, final String text) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new EngineException("tagma." + what + " must be on one line: '" + text + "'");
        }
    }
}
