package io.tagma.engine.supervise;

import java.util.List;

/**
 * One place of a tree, as it was when it was looked at. Immutable.
 *
 * @param name of the child or the thread
 * @param kind supervisor, shard, agent, thread, or what else it is
 * @param state in a word
 * @param restarts so far
 * @param detail one line more; empty where there is none
 * @param children below it, in their order
 */
public record TreeEntry(
        String name, String kind, String state, long restarts, String detail, List<TreeEntry> children) {
    /** Keeps its own copy of the children. */
    public TreeEntry {
        children = List.copyOf(children);
    }

    /** How many there are, this one included. */
    public int size() {
        return 1 + children.stream().mapToInt(TreeEntry::size).sum();
    }
}
