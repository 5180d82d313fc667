package io.tagma.engine;

import io.tagma.engine.ingest.RowRestore;
import io.tagma.engine.ingest.SubjectNames;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.observe.ProfilesMXBean;
import io.tagma.engine.profile.BehaviourVariable;
import io.tagma.engine.shard.RowCorrection;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameSlotLayout;
import io.tagma.ring.IdleStrategies;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Corrections of a running engine's rows by people: behaviour variables are brought a step nearer to neutral. Journaled before it takes effect, with who and
 * why; carried out on the row as it then is, so a live engine's updates are not lost. Thread-safe: one correction at a time.
 */
public final class RowCorrections implements ProfilesMXBean {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_TEXT_BYTES = 2048;

    private final Engine engine;
    private final FrameRing[] rings;
    private long lastNs = Long.MIN_VALUE;

    RowCorrections(final Engine engine, final FrameRing[] rings) {
        this.engine = engine;
        this.rings = rings.clone();
    }

    /** The behaviour variables of a kind of subjects, as the engine's rules declare them; the first subject's rule first. */
    public static List<BehaviourVariable> behaviours(final EngineContext context, final int kind) {
        final List<BehaviourVariable> own = context.subjectRule().get().behaviours(kind);
        return own.isEmpty() ? context.peerRule().get().behaviours(kind) : own;
    }

    @Override
    public String getDirectory() {
        return String.valueOf(engine.context().directory().toAbsolutePath());
    }

    @Override
    public long[] neutralise(
            final String subject, final List<String> names, final long timeNs, final String who, final String why) {
        return neutralise(subject, names, timeNs, who, why, () -> {});
    }

    /**
     * The same for a caller who steps the engine: {@code step} is called while waiting.
     *
     * @throws EngineException when the shard has stopped, or did not take it within 30 s; it may yet
     */
    public synchronized long[] neutralise(
            final String subject,
            final List<String> names,
            final long timeNs,
            final String who,
            final String why,
            final Runnable step) {
        final SubjectNames written = engine.context().subjectNames();
        final long number = written.subject(subject);
        final int[] places = places(behaviours(engine.context(), Subjects.kind(number)), subject, names);
        final byte[] text = text(who, why);
        final int shard = Subjects.shardOf(number, rings.length);
        final int room = RowRestore.maxBytes(engine.context().slotLength() - FrameSlotLayout.SLOT_HEADER_LENGTH);
        if (places.length * Short.BYTES > room) {
            throw new IllegalArgumentException("a slot of " + engine.context().slotLength() + " bytes has room for "
                    + room / Short.BYTES + " variables: " + places.length + "; name them in several turns");
        }
        final RowRestore frame = new RowRestore().subject(number).timeNs(timeNs);
        final long deadline = SystemNanoClock.INSTANCE.nanoTime() + PATIENCE_NS;
        for (int at = 0; at < text.length; at += room) {
            submit(frame.remark(text, at, Math.min(room, text.length - at)), shard, step, deadline);
        }
        final RowCorrection applied =
                await(submit(frame.neutralise(places), shard, step, deadline), shard, step, deadline);
        if (!applied.changed()) {
            throw new IllegalArgumentException("nothing was changed: "
                    + (applied.present()
                            ? "'" + String.join("', '", names) + "' of " + subject
                                    + (names.size() == 1 ? " is" : " are") + " neutral already"
                            : "there is no row of " + subject + " on shard " + shard));
        }
        return new long[] {shard, applied.sequence() - 1, applied.sequence()};
    }

    private static int[] places(final List<BehaviourVariable> known, final String subject, final List<String> names) {
        final List<String> there = known.stream().map(BehaviourVariable::name).toList();
        if (there.isEmpty()) {
            throw new IllegalArgumentException("the engine's rules declare no behaviour variables of " + subject);
        }
        final List<String> missing =
                names.stream().filter(name -> !there.contains(name)).toList();
        if (names.isEmpty() || !missing.isEmpty()) {
            throw new IllegalArgumentException((names.isEmpty() ? "name a variable" : "no variable " + missing) + " of "
                    + subject + " to neutralise; there are: " + String.join(", ", there));
        }
        return names.stream()
                .distinct()
                .mapToInt(name -> known.get(there.indexOf(name)).place())
                .toArray();
    }

    private static byte[] text(final String who, final String why) {
        if (who.isBlank() || (who + why).chars().anyMatch(c -> c == '\n' || c == '\r')) {
            throw new IllegalArgumentException(
                    "who and why are a line each, and who is not empty: '" + who + "', '" + why + "'");
        }
        final byte[] text = (why.isBlank() ? who : who + " (" + why + ")").getBytes(StandardCharsets.UTF_8);
        if (text.length > MOST_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "who and why have " + text.length + " bytes, " + MOST_TEXT_BYTES + " at most; say it shorter");
        }
        return text;
    }

    /** Puts a frame into the shard's ring; returns the submitting clock's time, which no other correction has. */
    private long submit(final RowRestore frame, final int shard, final Runnable step, final long deadlineNs) {
        final FrameRing ring = rings[shard];
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        long sequence = ring.tryClaim(frame.encodedLength(), 0);
        while (sequence < 0) {
            if (sequence == SubmitCode.CLOSED || SystemNanoClock.INSTANCE.nanoTime() - deadlineNs > 0) {
                throw new EngineException("shard " + shard + " did not take the correction: "
                        + SubmitCode.describe((int) sequence) + "; give it again");
            }
            step.run();
            idle.idle(0);
            sequence = ring.tryClaim(frame.encodedLength(), 0);
        }
        lastNs = Math.max(lastNs + 1, engine.context().nanoClock().nanoTime());
        frame.encode(ring.buffer(), ring.offset(sequence), lastNs);
        ring.commit(sequence);
        return lastNs;
    }

    private RowCorrection await(final long ingestNs, final int shard, final Runnable step, final long deadlineNs) {
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        while (true) {
            step.run();
            final List<RowCorrection> applied =
                    new ArrayList<>(engine.shard(shard).corrections());
            for (final RowCorrection one : applied.reversed()) {
                if (one.ingestNs() == ingestNs) {
                    return one;
                }
            }
            if (engine.shard(shard).failure() != null || SystemNanoClock.INSTANCE.nanoTime() - deadlineNs > 0) {
                throw new EngineException("the correction is in the ring of shard " + shard
                        + ", which has not come to it: is the engine running?");
            }
            idle.idle(0);
        }
    }
}
