package io.tagma.engine.agent.registry;

import io.tagma.engine.agent.AgentDescriptor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Linearizability of the heap registry against a map, three names of which two share a partition. */
@Param(name = "name", gen = IntGen.class, conf = "0:2")
@Param(name = "owner", gen = IntGen.class, conf = "0:1")
public class HeapRegistryLincheckTest {
    private static final LeaseOwner[] OWNERS = {LeaseOwner.agent("zero"), LeaseOwner.agent("one")};
    private static final String[] NAMES = {"a", "b", "c"};
    private static final int NOBODY = -1;
    private static final int TIMES = Boolean.getBoolean("tagma.slow") ? 10 : 1;

    private final HeapRegistry registry = new HeapRegistry(2, 2, () -> 1);

    @Operation
    public String register(@Param(name = "name") final int name, @Param(name = "owner") final int owner) {
        return await(registry.register("n", AgentDescriptor.of(NAMES[name]), OWNERS[owner])
                .toCompletableFuture());
    }

    @Operation
    public String unregister(@Param(name = "name") final int name, @Param(name = "owner") final int owner) {
        return await(registry.unregister("n", NAMES[name], OWNERS[owner]).toCompletableFuture());
    }

    @Operation
    public int lookup(@Param(name = "name") final int name) {
        final RegistryEntry entry = registry.lookup("n", NAMES[name]);
        return entry == null ? NOBODY : entry.owner().equals(OWNERS[0]) ? 0 : 1;
    }

    private static String await(final CompletableFuture<RegistryReply> answer) {
        while (!answer.isDone()) {
            Thread.onSpinWait();
        }
        return answer.join().code().name();
    }

    @Test
    void everyInterleavingIsThatOfAMap() {
        new ModelCheckingOptions()
                .iterations(2 * TIMES)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                // What an owner and a description are is settled before any thread starts.
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(name -> name.endsWith(".LeaseOwner")
                                || name.endsWith(".ProcessId")
                                || name.endsWith(".AgentDescriptor")
                                || name.startsWith("java.nio."))
                        .allMethods()
                        .ignore())
                .sequentialSpecification(NamesInAMap.class)
                .check(HeapRegistryLincheckTest.class);
    }

    @Test
    void soIsEveryRunOnRealThreads() {
        new StressOptions()
                .iterations(2 * TIMES)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(2)
                .sequentialSpecification(NamesInAMap.class)
                .check(HeapRegistryLincheckTest.class);
    }

    /** What the registry is, one step at a time. */
    public static class NamesInAMap {
        private final Map<Integer, Integer> owners = new HashMap<>();

        public String register(final int name, final int owner) {
            final Integer present = owners.get(name);
            if (present != null) {
                return present == owner ? "UNCHANGED" : "TAKEN";
            }
            if (owners.size() == 2) {
                return "FULL";
            }
            owners.put(name, owner);
            return "REGISTERED";
        }

        public String unregister(final int name, final int owner) {
            final Integer present = owners.get(name);
            if (present == null) {
                return "NOT_FOUND";
            }
            return present == owner && owners.remove(name) != null ? "UNREGISTERED" : "NOT_OWNER";
        }

        public int lookup(final int name) {
            return owners.getOrDefault(name, NOBODY);
        }
    }
}
