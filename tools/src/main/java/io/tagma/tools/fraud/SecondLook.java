package io.tagma.tools.fraud;

import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.resilience.IsolatedAgents;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import io.tagma.engine.resilience.IsolationTerms;
import io.tagma.tools.chaos.ChaosEffects;
import io.tagma.tools.chaos.ChaosScenario;
import io.tagma.tools.scenario.ScenarioSettings;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A second look at large payments, by two agents on threads of their own: what is asked, of whom, and the layout of the question. It takes
 * longer than a shard would wait; what comes of it counts for the card's next payments. Stateless.
 *
 * <pre>
 *     0              8              16        20          24          28
 *    +--------------+--------------+---------+-----------+-----------+
 *    | event's      | card         | amount  | card's    | card's    |
 *    | number       |              |         | mean 30 d | count 7 d |
 *    +--------------+--------------+---------+-----------+-----------+
 * </pre>
 */
public final class SecondLook {
    /** The two who can look, in the order of their service numbers. */
    static final List<String> NAMES = List.of("second-look-a", "second-look-b");

    /** Bytes of a question. */
    static final int LENGTH = 28;

    private static final int CARD = 8;
    private static final int AMOUNT = 16;
    private static final int MEAN = 20;
    private static final int COUNT = 24;
    private static final int MOST_OPEN = 1024;

    /** Hung after 20 ms, where a look takes a tenth of one. */
    private static final IsolationTerms TERMS = IsolationTerms.DEFAULT;

    private SecondLook() {}

    /** Whether a journal's payments are looked at twice. */
    static boolean isWanted(final ScenarioSettings settings) {
        return settings.properties().containsKey(ChaosScenario.SECOND_LOOK);
    }

    /**
     * Who looks.
     *
     * @param around puts each agent into another; chaos does
     * @param effects told of the agents when they are there
     */
    static OutsideTerms terms(final UnaryOperator<Isolated> around, final ChaosEffects effects) {
        final Supplier<IsolatedAgent> maker = SecondLooker::new;
        final List<Isolated> looking = NAMES.stream()
                .map(name -> around.apply(new Isolated(name, maker)))
                .toList();
        final Outside.Factory factory = (answers, threads, clock) -> {
            final IsolatedAgents opened = new IsolatedAgents(looking, TERMS, answers, threads, clock);
            effects.opened(opened, NAMES);
            return opened;
        };
        return new OutsideTerms(factory, MOST_OPEN, LENGTH);
    }

    static void write(
            final MutableDirectBuffer into,
            final long event,
            final long card,
            final float amount,
            final float mean,
            final float count) {
        into.putLong(0, event, ByteOrder.LITTLE_ENDIAN);
        into.putLong(CARD, card, ByteOrder.LITTLE_ENDIAN);
        into.putFloat(AMOUNT, amount, ByteOrder.LITTLE_ENDIAN);
        into.putFloat(MEAN, mean, ByteOrder.LITTLE_ENDIAN);
        into.putFloat(COUNT, count, ByteOrder.LITTLE_ENDIAN);
    }

    /** The event that a question is about. */
    public static long event(final DirectBuffer question) {
        return question.getLong(0, ByteOrder.LITTLE_ENDIAN);
    }

    static long card(final DirectBuffer question) {
        return question.getLong(CARD, ByteOrder.LITTLE_ENDIAN);
    }

    static float amount(final DirectBuffer question) {
        return question.getFloat(AMOUNT, ByteOrder.LITTLE_ENDIAN);
    }

    static float mean(final DirectBuffer question) {
        return question.getFloat(MEAN, ByteOrder.LITTLE_ENDIAN);
    }

    static float count(final DirectBuffer question) {
        return question.getFloat(COUNT, ByteOrder.LITTLE_ENDIAN);
    }
}
