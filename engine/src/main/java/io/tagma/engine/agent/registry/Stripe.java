package io.tagma.engine.agent.registry;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Requests one after the other, each begun when the one before is answered, however long that takes. Any thread; nobody waits. */
final class Stripe {
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    /** Begins a request behind those before, now if there are none. */
    <T> CompletableFuture<T> then(final Supplier<CompletionStage<T>> request) {
        synchronized (this) {
            final CompletableFuture<T> answer = last.isDone()
                    ? request.get().toCompletableFuture()
                    : last.handle((value, failure) -> null).thenCompose(value -> request.get());
            last = answer;
            return answer;
        }
    }

    /** Lets nothing begin until the gate is open; complete when what came before is answered. */
    CompletableFuture<Void> close(final CompletableFuture<Void> gate) {
        synchronized (this) {
            final CompletableFuture<Void> quiet = last.handle((value, failure) -> null);
            last = gate;
            return quiet;
        }
    }
}
