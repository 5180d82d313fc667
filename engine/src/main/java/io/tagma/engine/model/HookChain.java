package io.tagma.engine.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The hooks around one model in the order in which they were put. Immutable, though the hooks learn.
 *
 * @param hooks at most {@value #MOST_HOOKS}, of distinct names
 */
public record HookChain(List<LiveHook> hooks) {
    /** Most hooks at one time. */
    public static final int MOST_HOOKS = 16;

    /** No hooks. */
    public static final HookChain NONE = new HookChain(List.of());

    /** Copies. */
    public HookChain {
        hooks = List.copyOf(hooks);
    }

    /**
     * Asks whether a hook of a name could be put.
     *
     * @throws IllegalArgumentException when the name is taken, blank or of more than one word, or there are too many
     */
    public void require(final String name) {
        if (!name.matches("\\S+") || names().contains(name)) {
            throw new IllegalArgumentException("hooks have names of one word that are distinct: '" + name + "'");
        }
        if (hooks.size() == MOST_HOOKS) {
            throw new IllegalArgumentException(
                    "there are " + MOST_HOOKS + " hooks already: remove one before '" + name + "' is put");
        }
    }

    /**
     * These and one more behind them.
     *
     * @throws IllegalArgumentException see {@link #require}
     */
    public HookChain with(final LiveHook hook) {
        require(hook.name());
        final List<LiveHook> more = new ArrayList<>(hooks);
        more.add(hook);
        return new HookChain(more);
    }

    /**
     * These but one.
     *
     * @throws IllegalArgumentException when there is none of that name, with those that there are
     */
    public HookChain without(final String name) {
        if (!names().contains(name)) {
            throw new IllegalArgumentException("no hook '" + name + "'; there are " + names());
        }
        return new HookChain(
                hooks.stream().filter(hook -> !hook.name().equals(name)).toList());
    }

    /** Their names in their order. */
    public List<String> names() {
        return hooks.stream().map(LiveHook::name).toList();
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return hooks.isEmpty();
    }
}
