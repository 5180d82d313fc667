package io.tagma.engine.agent.registry;

import io.tagma.engine.agent.AgentDescriptor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.SystemEpochClock;

/** A process that is registered in a shared registry until it is killed: still, or in the middle of changes. */
public final class RegistryChild {
    private RegistryChild() {}

    /** Arguments: the file, {@code still} or {@code busy}, and a name. */
    public static void main(final String... arguments) throws InterruptedException {
        final SharedRegistry registry = SharedRegistry.attach(Path.of(arguments[0]), SystemEpochClock.INSTANCE);
        final LeaseOwner me = LeaseOwner.thisProcess();
        final String name = arguments[2];
        final RegistryReply reply =
                RegistryContract.await(registry.register("children", AgentDescriptor.of(name, "pay"), me));
        System.out.println(reply.code());
        System.out.flush();
        if (arguments[1].equals("still")) {
            Thread.currentThread().join();
        }
        for (int i = 0; ; i++) {
            final String text = "v".repeat(i % 700);
            registry.update("children", name, Map.of("i", Integer.toString(i), "text", text), me);
            registry.register(
                    "children", new AgentDescriptor(name + "-" + i % 7, Set.of("x" + i), Map.of(), false), me);
            registry.unregister("children", name + "-" + (i + 3) % 7, me);
        }
    }
}
