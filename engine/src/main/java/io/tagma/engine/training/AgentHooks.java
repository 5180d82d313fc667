package io.tagma.engine.training;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentHook;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.BidRequest;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.kernel.FloatMath;
import io.tagma.engine.model.ActingHooks;
import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.ModelSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * The hooks around one agent (metamorphic injection). Owned by the shard's thread; allocates nothing once made.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>The agent learns what it would have learnt without them, and so does the vote: an agent is asked about the features as they are
 *       first, what it says then is what outcomes meet, and only then about the changed ones, aside, for the decision. With the last hook gone
 *       all is, to the last bit, as if there never had been one, where the agent's intent is voted on or it is a shadow.
 *   <li>Of an auction the bid, or what is asked of who bids, is about the changed features, so another may win: what follows from that stays.
 *   <li>Models that hooks bring learn what the agent learns, as positive from a label of {@value #POSITIVE} on.
 * </ol>
 */
public final class AgentHooks implements AgentHook {
    /** The label from which on an outcome is positive. */
    public static final float POSITIVE = 0.5f;

    private static final float LEAST = 1e-6f; // of a probability whose log-odds are taken

    private final ActingHooks hooks;
    private final Aside aside;
    private final float[] plain;
    private final float[] probabilities = new float[2];
    private float own = Float.NaN;

    /** Between the two calls an agent changes nothing of its shard. */
    public interface Aside {
        /** What the agent does from now on has no effect. */
        void begin();

        /** It has again, and the agent's memory is what it was. */
        void end();
    }

    /**
     * Makes them.
     *
     * @param chain at least one
     * @param schema see {@link #schema}
     */
    public AgentHooks(final HookChain chain, final ModelSchema schema, final Aside aside) {
        this.hooks = new ActingHooks(chain, schema);
        this.aside = aside;
        this.plain = new float[schema.inputs().size()];
    }

    /**
     * What an agent's hooks take and give: a task's features by their numbers, and whether the outcome is positive.
     *
     * @param features of a task, at most
     */
    public static ModelSchema schema(final int features) {
        final List<String> inputs = new ArrayList<>();
        for (int i = 0; i < features; i++) {
            inputs.add("feature " + i);
        }
        return new ModelSchema(inputs, List.of("negative", "positive"));
    }

    @Override
    public long bid(final Agent agent, final Task task) {
        if (!hooks.rewrites()) {
            return agent.bid(task);
        }
        final int count = rewrite(task);
        try {
            return agent.bid(task);
        } finally {
            System.arraycopy(plain, 0, task.features(), 0, count);
        }
    }

    @Override
    public void requestBid(final Agent agent, final Task task, final BidRequest request) {
        if (!hooks.rewrites()) {
            agent.requestBid(task, request);
            return;
        }
        final int count = rewrite(task);
        try {
            agent.requestBid(task, request);
        } finally {
            System.arraycopy(plain, 0, task.features(), 0, count);
        }
    }

    private int rewrite(final Task task) {
        final int count = Math.min(task.featureCount(), plain.length);
        System.arraycopy(task.features(), 0, plain, 0, count);
        System.arraycopy(hooks.ask(plain, 0, count), 0, task.features(), 0, count);
        return count;
    }

    @Override
    public void handle(final Agent agent, final Task task, final Ballot ballot) {
        own = Float.NaN;
        agent.handle(task, ballot);
        own = ballot.logOdds();
        if (hooks.rewrites()) {
            again(agent, task, ballot);
        } else if (hooks.answers()) {
            hooks.ask(task.features(), 0, task.featureCount());
        }
        final float said = ballot.logOdds();
        if (hooks.answers() && (hooks.replaces() || !Float.isNaN(said))) {
            probabilities[1] = Float.isNaN(said) ? POSITIVE : FloatMath.sigmoid(said);
            probabilities[0] = 1f - probabilities[1];
            hooks.answer(probabilities);
            final float positive = Math.clamp(probabilities[1], LEAST, 1f - LEAST);
            ballot.logOdds(FloatMath.log(positive) - FloatMath.log(1f - positive));
        }
    }

    private void again(final Agent agent, final Task task, final Ballot ballot) {
        final int count = rewrite(task);
        aside.begin();
        try {
            ballot.reset();
            agent.handle(task, ballot);
        } finally {
            aside.end();
            System.arraycopy(plain, 0, task.features(), 0, count);
        }
    }

    @Override
    public float ownLogOdds() {
        return own;
    }

    @Override
    public void silent() {
        own = Float.NaN;
    }

    @Override
    public void learnt(final Feedback feedback) {
        hooks.learn(
                feedback.features(), feedback.offset(), feedback.featureCount(), feedback.label() >= POSITIVE ? 1 : 0);
    }
}
