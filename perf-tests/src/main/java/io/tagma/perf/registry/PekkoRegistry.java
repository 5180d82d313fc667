package io.tagma.perf.registry;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * Apache Pekko's receptionist, typed and local: a key for each name, one actor registered under all of them. It is an actor, so a lookup is a message
 * there and one back, each waited for here. It gives watches and ends registrations with their actor, as a registry should.
 */
final class PekkoRegistry {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int HOT = 64;
    private static final int WORKING_SET = 4096;
    private static final int SEED = 5;
    private static final int WARM_LOOKUPS = 5_000;

    private final NanoClock clock = SystemNanoClock.INSTANCE;

    RegistryFigures measure(final int entries, final int lookups)
            throws InterruptedException, ExecutionException, TimeoutException {
        final ActorSystem<Object> system = ActorSystem.create(
                Behaviors.ignore(),
                "registry",
                ConfigFactory.parseString("pekko.loglevel = WARNING\npekko.jvm-exit-on-fatal-error = off")
                        .withFallback(ConfigFactory.load()));
        try {
            final List<ServiceKey<Object>> keys = new ArrayList<>();
            for (int i = 0; i < entries; i++) {
                keys.add(ServiceKey.create(Object.class, "agent-" + i));
            }
            final long before = RegistryRuns.usedHeap();
            final long start = clock.nanoTime();
            for (final ServiceKey<Object> key : keys) {
                AskPattern.<Receptionist.Command, Receptionist.Registered>ask(
                                system.receptionist(),
                                replyTo -> Receptionist.register(key, system, replyTo),
                                TIMEOUT,
                                system.scheduler())
                        .toCompletableFuture()
                        .get();
            }
            final double registerNs = (double) (clock.nanoTime() - start) / entries;
            final double bytes = (double) (RegistryRuns.usedHeap() - before) / entries;
            find(system, keys, Math.min(HOT, entries), WARM_LOOKUPS);
            return new RegistryFigures(
                    "pekko-receptionist",
                    entries,
                    find(system, keys, Math.min(HOT, entries), lookups),
                    find(system, keys, Math.min(WORKING_SET, entries), lookups),
                    find(system, keys, entries, lookups),
                    registerNs,
                    bytes,
                    "Pekko typed receptionist, local, asked and waited for; " + entries + " entries, " + lookups
                            + " lookups");
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private double find(
            final ActorSystem<Object> system, final List<ServiceKey<Object>> keys, final int among, final int lookups)
            throws InterruptedException, ExecutionException {
        final SplittableRandom random = new SplittableRandom(SEED);
        final long start = clock.nanoTime();
        for (int i = 0; i < lookups; i++) {
            final ServiceKey<Object> key = keys.get(random.nextInt(among));
            final Receptionist.Listing listing = AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
                            system.receptionist(),
                            replyTo -> Receptionist.find(key, replyTo),
                            TIMEOUT,
                            system.scheduler())
                    .toCompletableFuture()
                    .get();
            if (listing.getServiceInstances(key).size() != 1) {
                throw new IllegalStateException("the receptionist does not know " + key);
            }
        }
        return (double) (clock.nanoTime() - start) / lookups;
    }
}
