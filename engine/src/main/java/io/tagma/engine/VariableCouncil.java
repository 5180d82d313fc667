package io.tagma.engine;

import io.tagma.engine.council.variable.VariableCode;
import io.tagma.engine.council.variable.VariableRecord;
import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.council.variable.VariableStatus;
import io.tagma.engine.council.variable.VariableText;
import io.tagma.engine.council.variable.VariableValue;
import io.tagma.engine.council.variable.VariableVersion;
import io.tagma.engine.ingest.OrderFrames;
import io.tagma.engine.ingest.sbe.VariableOrderFrameEncoder;
import io.tagma.engine.observe.CouncilMXBean;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameSlotLayout;
import io.tagma.ring.IdleStrategies;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a running engine, from outside: read, propose, go back. A proposal is a journaled input of the shard that counts; the
 * agents whom the variable concerns vote on it on every shard; where it carries, every shard makes the change at an input of its own
 * journal. Who proposes from outside has no vote. Thread-safe: proposals are made one at a time.
 */
public final class VariableCouncil implements CouncilMXBean {
    /** The version before the current one, for {@link #rollback}. */
    public static final long PREVIOUS = -1;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int COUNTING = 0;
    private static final int MOST_TEXT = 1024;

    private final Engine engine;
    private final FrameRing ring;

    VariableCouncil(final Engine engine, final FrameRing ring) {
        this.engine = engine;
        this.ring = ring;
    }

    /**
     * Proposes a value and waits until it is applied on every shard, or refused or rejected; for at most 30 s.
     *
     * @param who proposes, one line
     * @param why, one line
     * @return what came of it; nothing was moved unless {@link VariableRecord#applied}
     * @throws IllegalArgumentException when a text is not of one line
     * @throws EngineException when the engine has no variables, a shard has stopped, or they did not come to it in time
     */
    public VariableRecord propose(final String who, final String why, final String name, final VariableValue value) {
        return propose(who, why, name, VariableText.format(value), () -> {});
    }

    /** The same with the value as text, for a caller who steps the engine: {@code step} is called while waiting. */
    public VariableRecord propose(
            final String who, final String why, final String name, final String value, final Runnable step) {
        return give(List.of(who, why, "propose", name, value), step);
    }

    /**
     * Proposes to go back to a version that is kept: what comes of it is a new version with the old value.
     *
     * @param version its number, or {@link #PREVIOUS}
     */
    public VariableRecord rollback(
            final String who, final String why, final String name, final long version, final Runnable step) {
        final String wanted = version == PREVIOUS ? "" : Long.toString(version);
        return give(List.of(who, why, "rollback", name, wanted), step);
    }

    private synchronized VariableRecord give(final List<String> lines, final Runnable step) {
        if (engine.context().variables().isEmpty()) {
            throw new EngineException(
                    "this engine has no variables: declare one with EngineContext.variable(VariableTerms.of(...))");
        }
        for (final String line : lines) {
            if (line.length() > MOST_TEXT || line.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("a proposal's texts have one line of at most " + MOST_TEXT
                        + " characters each: '" + line + "'");
            }
        }
        final long number = status(COUNTING).lastOrder() + 1;
        final OrderFrames frames = new OrderFrames(
                VariableOrderFrameEncoder.TEMPLATE_ID,
                String.join("\n", lines).getBytes(StandardCharsets.UTF_8),
                engine.context().slotLength() - FrameSlotLayout.SLOT_HEADER_LENGTH,
                number,
                engine.context().epochClock().nanoTime());
        final long deadline = SystemNanoClock.INSTANCE.nanoTime() + PATIENCE_NS;
        OrderSubmission.submit(engine, ring, COUNTING, frames, step, deadline);
        return await(number, step, deadline);
    }

    private VariableRecord await(final long order, final Runnable step, final long deadline) {
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.BACKOFF);
        while (true) {
            step.run();
            final VariableRecord record = find(order);
            if (record != null && isEverywhere(record)) {
                return record;
            }
            for (int shard = 0; shard < engine.context().shards(); shard++) {
                if (engine.shard(shard).failure() != null || SystemNanoClock.INSTANCE.nanoTime() - deadline > 0) {
                    throw new EngineException("proposal " + order + " was handed in, but shard " + shard
                            + " has not come to it: is the engine running?");
                }
            }
            idle.idle(0);
        }
    }

    private @Nullable VariableRecord find(final long order) {
        for (final VariableRecord one : status(COUNTING).records().reversed()) {
            if (one.order() == order) {
                return one;
            }
        }
        return null;
    }

    private boolean isEverywhere(final VariableRecord record) {
        for (int shard = 0; shard < engine.context().shards(); shard++) {
            if (status(shard).lastSettled() < record.proposal()) {
                return false;
            }
        }
        return true;
    }

    /** One shard's copy of the variables; shard 0 also has who proposed what and how the votes went. */
    public VariableStatus status(final int shard) {
        return engine.shard(shard).variables();
    }

    @Override
    public String getDirectory() {
        return String.valueOf(engine.context().directory().toAbsolutePath());
    }

    @Override
    public List<Map<String, String>> getVariables() {
        return status(COUNTING).variables().stream()
                .map(VariableCouncil::describe)
                .toList();
    }

    private static Map<String, String> describe(final VariableStatus.Held held) {
        final Map<String, String> row = new LinkedHashMap<>();
        final VariableVersion now = held.now();
        row.put("name", held.spec().name());
        row.put("type", type(held.spec()));
        row.put("value", VariableText.show(now.value()));
        row.put("unit", held.spec().unit());
        row.put("range", range(held.spec()));
        row.put("default", VariableText.show(held.spec().standard()));
        row.put("version", Long.toString(now.version()));
        row.put("sequence", Long.toString(now.sequence()));
        row.put("policy", held.policy());
        return row;
    }

    private static String type(final VariableSpec spec) {
        return switch (spec) {
            case VariableSpec.Real ignored -> "float";
            case VariableSpec.Whole ignored -> "integer";
            case VariableSpec.Flag ignored -> "boolean";
            case VariableSpec.Category ignored -> "categorical";
            case VariableSpec.Composite ignored -> "composite";
        };
    }

    private static String range(final VariableSpec spec) {
        return switch (spec) {
            case VariableSpec.Real real -> real.min() + " to " + real.max();
            case VariableSpec.Whole whole -> whole.min() + " to " + whole.max();
            case VariableSpec.Flag ignored -> "true, false";
            case VariableSpec.Category category -> String.join(", ", category.values());
            case VariableSpec.Composite composite ->
                String.join(
                        "; ",
                        composite.parts().stream()
                                .map(part -> part.name() + ": " + range(part))
                                .toList());
        };
    }

    @Override
    public List<Map<String, String>> history(final String name) {
        final VariableStatus status = status(COUNTING);
        final VariableSpec spec = status.variables().stream()
                .map(VariableStatus.Held::spec)
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no variable '" + name + "'; there are: "
                        + status.variables().stream()
                                .map(held -> held.spec().name())
                                .toList()));
        final List<Map<String, String>> rows = new ArrayList<>();
        for (final VariableRecord record : status.records()) {
            if (record.name().equals(name)) {
                final Map<String, String> row = describe(record);
                if (record.code() == VariableCode.OK) { // what was refused is shown as it was given
                    row.put("value", VariableText.show(VariableText.parse(spec, record.value())));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** A record under the names of {@link CouncilMXBean#history}. */
    public static Map<String, String> describe(final VariableRecord record) {
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("proposal", Long.toString(record.proposal()));
        row.put("sequence", Long.toString(record.sequence()));
        row.put("name", record.name());
        row.put("value", record.value());
        row.put("who", record.who());
        row.put("why", record.why());
        row.put("code", record.code().name());
        row.put("fate", record.reason().isEmpty() ? record.fate().name() : "REFUSED");
        row.put("version", Long.toString(record.version()));
        row.put("yes", Integer.toString(record.yes()));
        row.put("no", Integer.toString(record.no()));
        row.put("dissent", String.join(",", record.dissent()));
        row.put("reason", record.reason());
        row.put("timeNs", Long.toString(record.timeNs()));
        return row;
    }

    @Override
    public Map<String, String> propose(final String who, final String why, final String name, final String value) {
        return describe(propose(who, why, name, value, () -> {}));
    }

    @Override
    public Map<String, String> rollback(final String who, final String why, final String name, final long version) {
        return describe(rollback(who, why, name, version, () -> {}));
    }

    @Override
    public long getVotes() {
        return status(COUNTING).votes();
    }

    @Override
    public long getDissent() {
        return status(COUNTING).dissent();
    }

    @Override
    public long getApplied() {
        return status(COUNTING).applied();
    }

    @Override
    public long getRejected() {
        return status(COUNTING).rejected();
    }

    @Override
    public long getRefused() {
        return status(COUNTING).refused();
    }

    @Override
    public int getOpen() {
        return status(COUNTING).open();
    }
}
