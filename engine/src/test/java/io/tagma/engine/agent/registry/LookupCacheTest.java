package io.tagma.engine.agent.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.engine.agent.AgentDescriptor;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Names kept near a thread, and answers of services that are gone. */
class LookupCacheTest {
    private static final String NS = "services";

    private final LeaseOwner owner = LeaseOwner.agent("owner");
    private final HeapRegistry registry = new HeapRegistry(10_000, 4, () -> 1);
    private final LookupCache cache = new LookupCache(registry, NS, 256);
    private long nowNs = 100;

    private void register(final String name, final LeaseOwner by) {
        RegistryContract.await(registry.register(NS, AgentDescriptor.of(name, "x"), by));
    }

    @Test
    void aNameIsAskedForOnce() {
        register("a", owner);
        for (int i = 0; i < 10; i++) {
            assertThat(cache.lookup("a")).isSameAs(registry.lookup(NS, "a"));
            cache.doWork();
        }
        // the registration itself is a change that the first duty cycle sees
        assertThat(cache.misses()).isEqualTo(2);
        assertThat(cache.lookup("nobody")).isNull();
    }

    @Test
    void aDeathIsSeenWithinOneDutyCycle() {
        register("a", owner);
        cache.doWork();
        assertThat(cache.lookup("a")).isNotNull();
        assertThat(cache.lookup("a")).isNotNull();

        owner.end();
        registry.doWork();
        cache.doWork();

        assertThat(cache.lookup("a")).isNull();
        assertThat(cache.dropped()).isOne();
    }

    @Test
    void changedMetadataIsSeenWithinOneDutyCycle() {
        register("a", owner);
        cache.lookup("a");
        RegistryContract.await(registry.update(NS, "a", Map.of("k", "v"), owner));
        cache.doWork();

        assertThat(RegistryContract.known(cache.lookup("a")).descriptor().metadata())
                .containsEntry("k", "v");
    }

    @Test
    void afterEveryDutyCycleTheCacheSaysWhatTheRegistrySays() {
        final SplittableRandom random = new SplittableRandom(23);
        for (int cycle = 0; cycle < 2_000; cycle++) {
            for (int i = cycle % 100 == 0 ? 3_000 : random.nextInt(20); i > 0; i--) {
                final String name = "n" + random.nextInt(500);
                if (random.nextBoolean()) {
                    register(name, owner);
                } else {
                    RegistryContract.await(registry.unregister(NS, name, owner));
                }
                cache.lookup("n" + random.nextInt(500));
            }
            cache.doWork();
            for (int i = 0; i < 20; i++) {
                final String name = "n" + random.nextInt(500);
                assertThat(cache.lookup(name)).isSameAs(registry.lookup(NS, name));
            }
        }
    }

    @Test
    void aServiceThatIsGoneIsAnsweredForWithItsLastAnswerAndItsAge() {
        final Discovery discovery = new Discovery(cache, () -> nowNs);
        final Discovery.LastGood<String> last = new Discovery.LastGood<>();
        final Discovery.Answer<String> never = discovery.withFallback("price", RegistryEntry::name, last);
        assertThat(never.present()).isFalse();
        register("price", owner);
        cache.doWork();

        final Discovery.Answer<String> fresh = discovery.withFallback("price", entry -> "42", last);
        assertThat(fresh).isEqualTo(new Discovery.Answer<>("42", false, 0, null));

        nowNs += 7_000;
        final Discovery.Answer<String> failed = discovery.withFallback(
                "price",
                entry -> {
                    throw new IllegalStateException("down");
                },
                last);
        assertThat(failed.value()).isEqualTo("42");
        assertThat(failed.stale()).isTrue();
        assertThat(failed.ageNs()).isEqualTo(7_000);
        assertThat(failed.failure()).hasMessage("down");

        owner.end();
        registry.doWork();
        cache.doWork();
        nowNs += 3_000;
        assertThat(discovery.withFallback("price", entry -> "43", last))
                .isEqualTo(new Discovery.Answer<>("42", true, 10_000, null));
    }

    @Test
    void aCapacityThatCannotWorkIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LookupCache(registry, NS, 100))
                .withMessageContaining("100");
    }
}
