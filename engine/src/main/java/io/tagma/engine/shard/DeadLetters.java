package io.tagma.engine.shard;

import io.tagma.engine.Engine;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.observe.DeadLetter;
import io.tagma.engine.observe.DeadLettersMXBean;
import io.tagma.store.AuditTailer;
import io.tagma.store.StoreDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An engine's dead letters, to be counted, listed and submitted again. Thread-safe. */
public final class DeadLetters implements DeadLettersMXBean {
    private final Engine engine;
    private final StoreDirectory directory;
    private final List<DeadLetterStage> stages;
    private final Event event = new Event();

    DeadLetters(final Engine engine, final StoreDirectory directory, final List<DeadLetterStage> stages) {
        this.engine = engine;
        this.directory = directory;
        this.stages = List.copyOf(stages);
    }

    /** The letters of a directory, which an engine may hold, shard by shard, the oldest first. */
    public static List<DeadLetter> list(final StoreDirectory directory) {
        final List<DeadLetter> letters = new ArrayList<>();
        for (int shard = 0; shard < directory.shards(); shard++) {
            final LetterFiles files = new LetterFiles(directory, shard);
            if (files.exist()) {
                read(shard, files, letters);
            }
        }
        return letters;
    }

    private static void read(final int shard, final LetterFiles files, final List<DeadLetter> letters) {
        final Set<Long> resubmitted = files.resubmitted();
        try (AuditTailer tailer = AuditTailer.open(files.queue())) {
            while (tailer.next()) {
                final Map<String, @Nullable Object> fields = tailer.fields();
                final String agents = text(fields, "agents");
                letters.add(new DeadLetter(
                        shard,
                        tailer.sequence(),
                        number(fields, "correlationId"),
                        text(fields, "subject"),
                        text(fields, "peer"),
                        number(fields, "eventTimeNs"),
                        text(fields, "intent"),
                        text(fields, "status"),
                        agents.isEmpty() ? List.of() : List.of(agents.split(",", -1)),
                        text(fields, "reason"),
                        text(fields, "frame"),
                        resubmitted.contains(tailer.sequence())));
            }
        }
    }

    private static String text(final Map<String, @Nullable Object> fields, final String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    private static long number(final Map<String, @Nullable Object> fields, final String name) {
        return fields.get(name) instanceof Long number ? number : 0;
    }

    @Override
    public String getDirectory() {
        return directory.root().toString();
    }

    @Override
    public long getLetters() {
        return stages.stream().mapToLong(DeadLetterStage::kept).sum();
    }

    @Override
    public long getDropped() {
        return stages.stream().mapToLong(DeadLetterStage::dropped).sum();
    }

    @Override
    public long getWaiting() {
        return list(directory).stream().filter(letter -> !letter.resubmitted()).count();
    }

    /**
     * {@inheritDoc} An event keeps its number and its time; its row sees it a second time. Where it still fails it becomes a letter
     * again. A process that is killed in between may submit one letter's event twice.
     */
    @Override
    public int resubmit() {
        return resubmit(Integer.MAX_VALUE);
    }

    /** The same for the oldest {@code most} of each shard in turn. */
    public int resubmit(final int most) {
        synchronized (event) {
            int taken = 0;
            for (final DeadLetter letter : list(directory)) {
                if (letter.resubmitted()) {
                    continue;
                }
                if (taken == most) {
                    return taken;
                }
                letter.fill(event);
                if (engine.submit(event) != SubmitCode.ACCEPTED) {
                    return taken;
                }
                new LetterFiles(directory, letter.shard()).resubmitted(letter.sequence());
                taken++;
            }
            return taken;
        }
    }
}
