package io.tagma.engine.model;

import org.jspecify.annotations.Nullable;

/** The nodes of one tree, made when first needed and used again afterwards, never more than its limit. Owned by the tree's thread. */
final class NodePool {
    private final TreeNode[] free;
    private final int classes;
    private final int inputs;
    private final int looksAt;
    private final SeededRandom random;
    private final int[] order;
    private int spare;
    private int made;

    NodePool(final int limit, final int classes, final int inputs, final int looksAt, final SeededRandom random) {
        free = new TreeNode[limit];
        this.classes = classes;
        this.inputs = inputs;
        this.looksAt = looksAt;
        this.random = random;
        order = new int[inputs];
    }

    /** Nodes that can still be taken. */
    int available() {
        return free.length - made + spare;
    }

    /** An empty leaf over a random subset of the inputs; ask {@link #available} first. */
    TreeNode take(final int depth) {
        final TreeNode node = blank();
        draw(node.subset);
        node.depth = depth;
        return node;
    }

    /** A leaf as it comes, for a snapshot to fill. */
    TreeNode blank() {
        final TreeNode node;
        if (spare > 0) {
            node = free[--spare];
        } else {
            made++;
            node = new TreeNode(classes, looksAt);
        }
        node.clear();
        return node;
    }

    /** Takes a subtree back. */
    void giveBack(final @Nullable TreeNode node) {
        if (node != null) {
            giveBack(node.left);
            giveBack(node.right);
            giveBack(node.alternate);
            node.clear();
            free[spare++] = node;
        }
    }

    // The head of a Fisher-Yates shuffle.
    private void draw(final int[] subset) {
        for (int i = 0; i < inputs; i++) {
            order[i] = i;
        }
        for (int k = 0; k < looksAt; k++) {
            final int pick = looksAt == inputs ? k : k + random.nextInt(inputs - k);
            final int taken = order[pick];
            order[pick] = order[k];
            order[k] = taken;
            subset[k] = taken;
        }
    }
}
