package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import org.jspecify.annotations.Nullable;

/**
 * A Hoeffding tree that regrows what has drifted. Owned by its model's thread.
 *
 * <p>Bifet and Gavalda, "Adaptive learning from evolving data streams", IDA 2009: each test watches the errors made beneath it with
 * {@link Adwin}; where they grew, another subtree grows beside it and takes its place once it errs less by the Hoeffding bound, or is
 * dropped once it errs more. A leaf whose errors grew starts anew. Bounded by its pool and by {@value #MAX_DEPTH} levels: what is
 * full no longer splits.
 */
final class AdaptiveTree {
    private static final int MAX_DEPTH = 20;
    private static final long MIN_COMPARED = 300;
    private static final double SWAP_DELTA = 0.05;

    private final double grace;
    private final NodePool pool;
    private final SplitSearch search;
    private final double[] scratch;
    private TreeNode root;

    /** What differs between trees. Immutable. {@code grace}: weight between two tries to split; {@code looksAt}: inputs of a leaf. */
    record Settings(int nodes, int looksAt, double grace, double delta, double tie) {}

    AdaptiveTree(final Settings settings, final int classes, final int inputs, final SeededRandom random) {
        grace = settings.grace;
        pool = new NodePool(settings.nodes, classes, inputs, settings.looksAt, random);
        search = new SplitSearch(classes, settings.delta, settings.tie);
        scratch = new double[classes];
        root = pool.take(0);
    }

    /** Fills in the probabilities of the leaf that an example falls into. */
    void score(final double[] x, final double[] probabilities) {
        leaf(root, x).score(x, probabilities);
    }

    /** Learns an example with a weight above 0. */
    void learn(final double[] x, final int label, final double weight) {
        root = learn(root, x, label, weight);
    }

    private TreeNode learn(final TreeNode top, final double[] x, final int label, final double weight) {
        // Everything on the path errs alike: the leaf at its end is the answer of all.
        leaf(top, x).score(x, scratch);
        double right = scratch[label];
        for (int c = 0; c < scratch.length; c++) {
            right = c != label && scratch[c] >= right ? -1 : right;
        }
        return descend(top, x, label, weight, right < 0 ? 1 : 0);
    }

    private TreeNode descend(
            final TreeNode node, final double[] x, final int label, final double weight, final double error) {
        final boolean worse = node.errors.add(error) && node.errors.increased();
        if (node.isLeaf()) {
            if (worse) {
                node.forget();
            }
            node.add(x, label, weight, scratch);
            trySplit(node);
            return node;
        }
        final TreeNode stays = revise(node, worse);
        if (stays != node) {
            return learn(stays, x, label, weight);
        }
        if (node.alternate != null) {
            node.alternate = learn(node.alternate, x, label, weight);
        }
        if (x[node.input] <= node.threshold) {
            node.left = descend(child(node.left), x, label, weight, error);
        } else {
            node.right = descend(child(node.right), x, label, weight, error);
        }
        return node;
    }

    /** Begins, keeps, takes or drops an alternate; returns who serves from now on. */
    private TreeNode revise(final TreeNode node, final boolean worse) {
        final TreeNode alternate = node.alternate;
        if (alternate == null) {
            if (worse && pool.available() > 0) {
                node.alternate = pool.take(node.depth);
            }
            return node;
        }
        final long own = node.errors.width();
        final long others = alternate.errors.width();
        if (own < MIN_COMPARED || others < MIN_COMPARED) {
            return node;
        }
        final double mean = node.errors.mean();
        final double harmonic = 1.0 / own + 1.0 / others;
        final double bound = Math.sqrt(2 * Math.max(0, mean * (1 - mean)) * StrictMath.log(2 / SWAP_DELTA) * harmonic);
        final double lead = mean - alternate.errors.mean();
        if (lead > bound) {
            node.alternate = null;
            pool.giveBack(node);
            return alternate;
        }
        if (lead < -bound) {
            node.alternate = null;
            pool.giveBack(alternate);
        }
        return node;
    }

    private void trySplit(final TreeNode leaf) {
        final double weight = leaf.weight();
        if (weight - leaf.weightAtLastTry < grace || leaf.depth >= MAX_DEPTH || pool.available() < 2) {
            return;
        }
        leaf.weightAtLastTry = weight;
        if (search.decides(leaf)) {
            leaf.input = search.input(leaf);
            leaf.threshold = search.threshold();
            leaf.left = pool.take(leaf.depth + 1);
            leaf.right = pool.take(leaf.depth + 1);
            System.arraycopy(search.left(), 0, leaf.left.counts, 0, scratch.length);
            System.arraycopy(search.right(), 0, leaf.right.counts, 0, scratch.length);
        }
    }

    private static TreeNode leaf(final TreeNode top, final double[] x) {
        TreeNode node = top;
        while (!node.isLeaf()) {
            node = child(x[node.input] <= node.threshold ? node.left : node.right);
        }
        return node;
    }

    private static TreeNode child(final @Nullable TreeNode node) {
        if (node == null) {
            throw new IllegalStateException("a test without both children");
        }
        return node;
    }

    void write(final SnapshotWriter out) {
        write(out, root);
    }

    private static void write(final SnapshotWriter out, final TreeNode node) {
        node.write(out);
        out.putInt(node.alternate == null ? 0 : 1);
        if (node.alternate != null) {
            write(out, node.alternate);
        }
        if (!node.isLeaf()) {
            write(out, child(node.left));
            write(out, child(node.right));
        }
    }

    void read(final SnapshotReader in) {
        pool.giveBack(root);
        root = readNode(in);
    }

    private TreeNode readNode(final SnapshotReader in) {
        final TreeNode node = pool.blank();
        node.read(in);
        if (in.getInt() != 0) {
            node.alternate = readNode(in);
        }
        if (!node.isLeaf()) {
            node.left = readNode(in);
            node.right = readNode(in);
        }
        return node;
    }
}
