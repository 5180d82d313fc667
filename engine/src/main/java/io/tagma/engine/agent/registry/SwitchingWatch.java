package io.tagma.engine.agent.registry;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch that goes on over an exchange of backends. Polled by its owner; the thread that exchanges them takes what the old one still has to
 * tell, so both hold its lock.
 */
final class SwitchingWatch implements RegistryWatch {
    private final @Nullable String namespace;
    private final Consumer<SwitchingWatch> onClose;
    private final Deque<Told> pending = new ArrayDeque<>();
    private RegistryWatch current;

    /** What is still to be told: a change, or null where changes were lost. */
    private record Told(@Nullable RegistryChange change) {}

    SwitchingWatch(
            final @Nullable String namespace, final RegistryWatch first, final Consumer<SwitchingWatch> onClose) {
        this.namespace = namespace;
        this.current = first;
        this.onClose = onClose;
    }

    /** Keeps what the old backend has told, and listens to another that says the same at this moment. */
    synchronized void goOnWith(final RegistryBackend next) {
        current.poll(
                new Listener() {
                    @Override
                    public void onChange(final RegistryChange change) {
                        pending.add(new Told(change));
                    }

                    @Override
                    public void onLost() {
                        pending.add(new Told(null));
                    }
                },
                Integer.MAX_VALUE);
        current.close();
        current = next.watch(namespace);
    }

    @Override
    public synchronized int poll(final Listener listener, final int limit) {
        int told = 0;
        while (told < limit && !pending.isEmpty()) {
            final RegistryChange change = pending.remove().change();
            if (change == null) {
                listener.onLost();
            } else {
                listener.onChange(change);
            }
            told++;
        }
        return told < limit ? told + current.poll(listener, limit - told) : told;
    }

    @Override
    public synchronized void close() {
        current.close();
        onClose.accept(this);
    }
}
