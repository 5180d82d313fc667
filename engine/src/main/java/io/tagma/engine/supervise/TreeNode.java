package io.tagma.engine.supervise;

import java.util.List;

/**
 * A supervisor or a child at one moment.
 *
 * @param name id among its siblings
 * @param kind {@code supervisor}, {@code worker}, or {@code abandoned} for a thread that did not end when it was forced
 * @param strategy of a supervisor, or empty
 * @param state where it stands
 * @param restarts how often an end or a failed start of its own led to a restart
 * @param thread name of its thread, or empty while it has none
 * @param sinceNs when it came to this state, by the tree's clock
 * @param lastFailure why it last failed, or empty
 * @param children of a supervisor, in order of start
 */
public record TreeNode(
        String name,
        String kind,
        String strategy,
        ChildState state,
        int restarts,
        String thread,
        long sinceNs,
        String lastFailure,
        List<TreeNode> children) {
    /** Takes a copy of the children. */
    public TreeNode {
        children = List.copyOf(children);
    }

    static TreeNode of(final ChildEntry entry, final String thread) {
        return new TreeNode(
                entry.spec.id(),
                entry.spec.supervisor() ? "supervisor" : "worker",
                "",
                entry.state,
                entry.restarts,
                thread,
                entry.sinceNs,
                entry.lastFailure,
                List.of());
    }

    static TreeNode stray(final String name, final String thread, final long sinceNs) {
        return new TreeNode(name, "abandoned", "", ChildState.STOPPING, 0, thread, sinceNs, "", List.of());
    }

    /** This node with what a nested supervisor says of itself. */
    TreeNode over(final String itsStrategy, final List<TreeNode> below) {
        return new TreeNode(name, kind, itsStrategy, state, restarts, thread, sinceNs, lastFailure, below);
    }

    /** The tree as lines of text, one a node, each level indented by two; ages are as of the given time. */
    public String text(final long nowNs) {
        final StringBuilder text = new StringBuilder();
        append(text, 0, nowNs);
        return text.toString();
    }

    private void append(final StringBuilder text, final int depth, final long nowNs) {
        text.append("  ".repeat(depth)).append(name).append("  ").append(kind);
        if (!strategy.isEmpty()) {
            text.append(' ').append(strategy);
        }
        text.append("  ").append(state).append("  restarts ").append(restarts);
        text.append("  age ").append((nowNs - sinceNs) / 1_000_000).append(" ms");
        if (!thread.isEmpty()) {
            text.append("  thread ").append(thread);
        }
        if (!lastFailure.isEmpty()) {
            text.append("  last failure: ").append(lastFailure);
        }
        text.append('\n');
        children.forEach(child -> child.append(text, depth + 1, nowNs));
    }
}
