package io.tagma.tools.fraud;

import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.IsolatedReply;
import io.tagma.engine.agent.Request;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;

/**
 * Asks how unusual an amount is for its card, by simulating weeks of payments like those that it made so far: amounts by a gamma
 * distribution with the card's mean and half of it as deviation, as the Handbook's simulator draws them. Answers the log of how much rarer
 * than {@link #USUAL} a week with such a payment is, as log-odds. A function of the question, so it may be asked twice. Owned by the thread
 * that it is isolated on.
 */
final class SecondLooker implements IsolatedAgent {
    private static final int WEEKS = 400;
    private static final int SHAPE = 4;
    private static final int MOST_PAYMENTS = 60;
    private static final double LEAST_MEAN = 1;

    /** Log of one week in twenty: what is as rare as that is no sign of anything. */
    private static final double USUAL = Math.log(0.05);

    @Override
    public void handle(final Request request, final IsolatedReply reply) {
        final DirectBuffer question = request.payload();
        final SplittableRandom random = new SplittableRandom(SecondLook.event(question));
        final int payments = (int) Math.clamp(Math.ceil(SecondLook.count(question)), 1, MOST_PAYMENTS);
        final double scale = Math.max(SecondLook.mean(question), LEAST_MEAN) / SHAPE;
        int reached = 0;
        for (int week = 0; week < WEEKS; week++) {
            reached += largest(random, payments, scale) >= SecondLook.amount(question) ? 1 : 0;
        }
        reply.floats((float) (USUAL - Math.log((reached + 1.0) / (WEEKS + 1.0))));
    }

    /** The largest of so many gamma variates: each a sum of {@value #SHAPE} exponential ones. */
    private static double largest(final SplittableRandom random, final int payments, final double scale) {
        double largest = 0;
        for (int i = 0; i < payments; i++) {
            double product = 1;
            for (int j = 0; j < SHAPE; j++) {
                product *= 1 - random.nextDouble();
            }
            largest = Math.max(largest, -scale * Math.log(product));
        }
        return largest;
    }
}
