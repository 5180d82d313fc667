package io.tagma.tools.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.shard.KernelFacts;
import io.tagma.engine.shard.KernelFacts.Fact;
import io.tagma.engine.shard.KernelFacts.Failure;
import io.tagma.engine.shard.KernelFacts.Launch;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/** Who computed, from the journals of all shards, by the time of the journal. A launch is told once. Used by one thread. */
final class KernelAudit implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INDENT = "\n              ";

    private final List<KernelFacts> shards = new ArrayList<>();
    private final List<@Nullable Fact> waiting = new ArrayList<>();

    /** Takes up shards that have come into being since. */
    void open(final StoreDirectory source) {
        while (shards.size() < source.shards() && EngineDirectory.hasQueue(source.journal(shards.size()))) {
            shards.add(new KernelFacts(source.journal(shards.size()), shards.size()));
            waiting.add(null);
        }
    }

    /** The next by time, or null while there is none. */
    @Nullable
    Fact next() {
        int earliest = -1;
        for (int i = 0; i < shards.size(); i++) {
            final Fact fact = look(i);
            final Fact best = earliest < 0 ? null : waiting.get(earliest);
            if (fact != null && (best == null || fact.timeNs() < best.timeNs())) {
                earliest = i;
            }
        }
        return earliest < 0 ? null : waiting.set(earliest, null);
    }

    /** Every shard's journal notes a launch; that of the first is shown. */
    private @Nullable Fact look(final int shard) {
        Fact fact = waiting.get(shard);
        while (fact == null || (fact instanceof Launch && shard > 0)) {
            fact = shards.get(shard).next();
            if (fact == null) {
                break;
            }
        }
        waiting.set(shard, fact);
        return fact;
    }

    /** Excerpts that could not be read. */
    long damaged() {
        return shards.stream().mapToLong(KernelFacts::damaged).sum();
    }

    /** A fact for people: a launch has a line for each kernel that was measured. */
    static void line(final Fact fact, final StringBuilder out) {
        final Instant time = Instant.EPOCH.plusNanos(fact.timeNs()).truncatedTo(ChronoUnit.SECONDS);
        out.append(time.toString().replace('T', ' ').replace("Z", "")).append("  ");
        if (fact instanceof Launch launch) {
            out.append("launch behind input ")
                    .append(launch.sequence())
                    .append(": ")
                    .append(launch.reason());
            launch.calibration().forEach(measured -> out.append(INDENT).append(measured));
        } else if (fact instanceof Failure failure) {
            out.append(where(failure))
                    .append(": ")
                    .append(failure.kernel())
                    .append(" failed on the GPU and was done by the processor, with the same result: ")
                    .append(failure.reason());
            if (failure.left()) {
                out.append(INDENT)
                        .append("The GPU is left: all later calls of this launch are the processor's."
                                + " 'tagma doctor' looks at it; launch again once it is mended.");
            }
        }
    }

    private static String where(final Failure failure) {
        return failure.sequence() == 0
                ? "failure " + failure.number() + ", for no input, on thread " + failure.thread()
                : "failure " + failure.number() + ", at input " + failure.shard() + ":" + failure.sequence();
    }

    /** A fact as one JSON object. */
    static void json(final Fact fact, final StringBuilder out) {
        final ObjectNode json = JSON.createObjectNode();
        json.put("shard", fact.shard()).put("sequence", fact.sequence()).put("timeNs", fact.timeNs());
        if (fact instanceof Launch launch) {
            json.put("fact", "launch").put("kernels", launch.kernels()).put("reason", launch.reason());
            launch.calibration().forEach(json.putArray("calibration")::add);
        } else if (fact instanceof Failure failure) {
            json.put("fact", "failure")
                    .put("number", failure.number())
                    .put("kernel", failure.kernel())
                    .put("thread", failure.thread())
                    .put("reason", failure.reason())
                    .put("left", failure.left());
        }
        out.append(json);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(shards);
    }
}
