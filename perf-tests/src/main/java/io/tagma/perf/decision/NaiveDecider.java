package io.tagma.perf.decision;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.tools.fraud.CardRule;
import io.tagma.tools.fraud.FloatRow;
import io.tagma.tools.fraud.FraudFeatures;
import io.tagma.tools.fraud.OnlineLogistic;
import io.tagma.tools.fraud.TerminalRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Agents as a first version has them: one lock around one registry that is searched for every task, a context of boxed values copied for every
 * agent that is asked, synchronous calls, profiles and waiting decisions as objects in hash maps, nothing cached. One of its agents can judge
 * payments, with the same model as elsewhere, so that it is the same job. The journal is buffered.
 */
public final class NaiveDecider extends CallingDecider {
    private final DecisionSink sink;
    private final CardRule cardRule = new CardRule();
    private final TerminalRule terminalRule = new TerminalRule();
    private final RecordFile journal;
    private final Registry registry = new Registry();
    private final Map<String, Profile> profiles = new HashMap<>();
    private final Map<Long, Map<String, Object>> waiting = new HashMap<>();

    /** A decider that keeps its journal there and hands its decisions to the sink. */
    public NaiveDecider(final Payments payments, final Path directory, final DecisionSink sink) {
        super(payments);
        this.sink = sink;
        journal = new RecordFile(directory, false);
        registry.register(new NaiveAgent("greeter", Set.of("greet")));
        registry.register(new NaiveAgent("router", Set.of("route")));
        registry.register(new NaiveAgent("fraud-model", Set.of("judge-payment", "explain-payment")));
        registry.register(new NaiveAgent("reporter", Set.of("report")));
    }

    @Override
    void decide(final int i) {
        final Profile card = profile("card:" + payments.card(i));
        final Profile terminal = profile("terminal:" + payments.terminal(i));
        final Map<String, Object> context = context(i, card, terminal);
        float logOdds = 0f;
        for (final NaiveAgent agent : registry.capableOf("judge-payment")) {
            logOdds = agent.judge(new HashMap<>(context));
        }
        card.updatedNs = payments.timeNs(i);
        terminalRule.update(terminal, payments.timeNs(i));
        terminal.updatedNs = payments.timeNs(i);
        waiting.put((long) i, context);
        journal.decision(
                i,
                payments.timeNs(i),
                payments.card(i),
                payments.terminal(i),
                payments.amount(i),
                FloatMath.sigmoid(logOdds));
        sink.decided(i, logOdds);
    }

    private Map<String, Object> context(final int i, final Profile card, final Profile terminal) {
        final float[] features = new float[FraudFeatures.LENGTH];
        final long nowNs = payments.timeNs(i);
        cardRule.contribute(card, nowNs, payments.terminal(i), payments.amount(i), features, 0);
        cardRule.update(card, nowNs, payments.terminal(i), payments.amount(i));
        terminalRule.contribute(terminal, nowNs, features, 0);
        final Map<String, Object> context = new HashMap<>();
        context.put("number", i);
        context.put("time", nowNs);
        for (int k = 0; k < features.length; k++) {
            context.put(FraudFeatures.NAMES.get(k), features[k]);
        }
        return context;
    }

    @Override
    void learn(final int i) {
        journal.outcome(i, payments.outcomeNs(i), payments.terminal(i), payments.fraud(i));
        final Map<String, Object> context = waiting.remove((long) i);
        if (context == null) {
            return;
        }
        final Profile terminal = profile("terminal:" + payments.terminal(i));
        for (final NaiveAgent agent : registry.capableOf("judge-payment")) {
            agent.learn(new HashMap<>(context), payments.label(i));
        }
        terminalRule.learn(
                terminal,
                payments.outcomeNs(i),
                payments.timeNs(i),
                features(context, FraudFeatures.NAMES),
                0,
                payments.fraud(i));
        terminal.updatedNs = payments.outcomeNs(i);
    }

    private Profile profile(final String name) {
        return profiles.computeIfAbsent(name, any -> new Profile());
    }

    private static float[] features(final Map<String, Object> context, final List<String> names) {
        final float[] features = new float[names.size()];
        for (int k = 0; k < features.length; k++) {
            features[k] = context.get(names.get(k)) instanceof Float value ? value : 0f;
        }
        return features;
    }

    @Override
    public void close() {
        journal.close();
    }

    private static final class Registry {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<String, NaiveAgent> agents = new HashMap<>();

        void register(final NaiveAgent agent) {
            lock.lock();
            try {
                agents.put(agent.name, agent);
            } finally {
                lock.unlock();
            }
        }

        List<NaiveAgent> capableOf(final String capability) {
            lock.lock();
            try {
                final List<NaiveAgent> capable = new ArrayList<>();
                for (final NaiveAgent agent : agents.values()) {
                    if (agent.capabilities.contains(capability)) {
                        capable.add(agent);
                    }
                }
                return capable;
            } finally {
                lock.unlock();
            }
        }
    }

    private static final class NaiveAgent {
        private final String name;
        private final Set<String> capabilities;
        private final OnlineLogistic model = new OnlineLogistic(FraudFeatures.BASE_NAMES);

        NaiveAgent(final String name, final Set<String> capabilities) {
            this.name = name;
            this.capabilities = capabilities;
        }

        synchronized float judge(final Map<String, Object> context) {
            final float logOdds = model.score(features(context, FraudFeatures.BASE_NAMES), 0);
            context.put("probability", FloatMath.sigmoid(logOdds));
            return logOdds;
        }

        synchronized void learn(final Map<String, Object> context, final float label) {
            model.learn(features(context, FraudFeatures.BASE_NAMES), 0, label);
        }
    }

    private static final class Profile implements FloatRow {
        private final float[] values = new float[FraudFeatures.ROW_LENGTH];
        private long updatedNs;

        @Override
        public float get(final int i) {
            return values[i];
        }

        @Override
        public void set(final int i, final float value) {
            values[i] = value;
        }

        @Override
        public long updatedNs() {
            return updatedNs;
        }
    }
}
