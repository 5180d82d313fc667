package io.tagma.engine.training;

import io.tagma.engine.intent.AdaGradSoftmaxClassifier;
import io.tagma.engine.intent.BlendedClassifier;
import io.tagma.engine.intent.EmbeddingBagClassifier;
import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes a better classifier of the texts that were learnt, off the scoring path: a linear one and some networks, each taught every text
 * several times over, blended. Texts are kept by one thread, which is also the one that consolidates.
 *
 * <p>A member is taught by one worker from its own seed and its own order of the texts, so the blend is the same to the last bit
 * whatever the number of workers.
 */
public final class TextConsolidation {
    /** Most texts that one keeps. */
    public static final int MOST_TEXTS = 1 << 20;

    private static final long ORDER_SEED = 0x6f72646572L;

    private final IntentClassifierConfig config;
    private final Kernels kernels;
    private final int passes;
    private final int networks;
    private final long seed;
    private final List<Kept> texts = new ArrayList<>();

    private record Kept(UnsafeBuffer text, int intent) {}

    /**
     * Nothing kept yet.
     *
     * @param passes over the texts, 1 to 1,000; the linear member takes {@value #LINEAR_PASSES} at most, more do it no good
     * @param networks 0 to 16
     * @param seed of networks and orders
     */
    public TextConsolidation(
            final IntentClassifierConfig config,
            final Kernels kernels,
            final int passes,
            final int networks,
            final long seed) {
        if (passes < 1 || passes > 1_000 || networks < 0 || networks > 16) {
            throw new IllegalArgumentException(
                    "a consolidation takes 1 to 1000 passes and 0 to 16 networks: " + passes + ", " + networks);
        }
        this.config = config;
        this.kernels = kernels;
        this.passes = passes;
        this.networks = networks;
        this.seed = seed;
    }

    /** Passes of the linear member at most. */
    public static final int LINEAR_PASSES = 4;

    /**
     * Keeps a copy of a text.
     *
     * @return false when there is no room: a million are kept
     */
    public boolean keep(final DirectBuffer text, final int offset, final int length, final int intent) {
        if (texts.size() == MOST_TEXTS) {
            return false;
        }
        final byte[] bytes = new byte[length];
        text.getBytes(offset, bytes);
        texts.add(new Kept(new UnsafeBuffer(bytes), intent));
        return true;
    }

    /** Texts kept. */
    public int size() {
        return texts.size();
    }

    /**
     * Teaches and blends; takes about a second a network, pass and 10,000 texts.
     *
     * @param workers where members are taught
     */
    public IntentClassifier consolidate(final ExecutorService workers) throws InterruptedException {
        final List<Callable<IntentClassifier>> tasks = new ArrayList<>();
        tasks.add(() -> taught(new AdaGradSoftmaxClassifier(config, kernels), Math.min(passes, LINEAR_PASSES), seed));
        for (int n = 1; n <= networks; n++) {
            final long own = seed + n;
            tasks.add(() -> network(own));
        }
        return new BlendedClassifier(config, kernels, all(workers, tasks));
    }

    /**
     * Teaches the networks alone, e.g. to publish them beside a linear classifier that is live; the same networks as in {@link
     * #consolidate}.
     *
     * @param workers where networks are taught
     */
    public List<EmbeddingBagClassifier> networks(final ExecutorService workers) throws InterruptedException {
        final List<Callable<EmbeddingBagClassifier>> tasks = new ArrayList<>();
        for (int n = 1; n <= networks; n++) {
            final long own = seed + n;
            tasks.add(() -> network(own));
        }
        return all(workers, tasks);
    }

    private EmbeddingBagClassifier network(final long own) {
        return taught(new EmbeddingBagClassifier(config, kernels, own), passes, own);
    }

    private static <T> List<T> all(final ExecutorService workers, final List<Callable<T>> tasks)
            throws InterruptedException {
        final List<T> members = new ArrayList<>();
        for (final Future<T> task : workers.invokeAll(tasks)) {
            try {
                members.add(task.get());
            } catch (final ExecutionException e) {
                throw new IllegalStateException("a member of the blend could not be taught", e);
            }
        }
        return members;
    }

    private <T extends IntentClassifier> T taught(final T member, final int times, final long own) {
        final SplittableRandom random = new SplittableRandom(own ^ ORDER_SEED);
        final int[] order = new int[texts.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int pass = 0; pass < times; pass++) {
            for (int i = order.length - 1; i > 0; i--) {
                final int j = random.nextInt(i + 1);
                final int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
            for (final int i : order) {
                final Kept kept = texts.get(i);
                member.learn(kept.text(), 0, kept.text().capacity(), kept.intent());
            }
        }
        return member;
    }
}
