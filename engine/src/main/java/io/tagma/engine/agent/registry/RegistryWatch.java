package io.tagma.engine.agent.registry;

/**
 * What has changed since the watch was opened, told when it is polled. Owned by the thread that polls. Changes of one name come in the order in
 * which they happened, each once. Bounded: a watch that was left behind by more changes than the backend keeps is told so.
 */
public interface RegistryWatch extends AutoCloseable {
    /** Is told of changes. */
    interface Listener {
        /** One change. */
        void onChange(RegistryChange change);

        /** Changes were missed: list what is there, and go on from here. */
        void onLost();
    }

    /**
     * Tells what is new, without waiting.
     *
     * @param limit most changes to tell
     * @return how many times the listener was called
     */
    int poll(Listener listener, int limit);

    /** Polls no more. Idempotent. */
    @Override
    void close();
}
