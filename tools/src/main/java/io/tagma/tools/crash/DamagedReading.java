package io.tagma.tools.crash;

import io.tagma.engine.ingest.Subjects;
import io.tagma.store.AuditTailer;
import io.tagma.store.JournalTailer;
import io.tagma.store.ProfileReader;
import io.tagma.store.RowHeader;
import io.tagma.store.StoreCode;
import io.tagma.store.StoreException;
import io.tagma.store.TailerCode;
import io.tagma.tools.fraud.FraudScenario;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a whole directory and a damaged copy of it, and counts what the readers hand out of the damaged one as good: what is the
 * same as before, and what is not. A process of its own: damage must not take the one who asks with it.
 */
public final class DamagedReading {
    private static final int SUBJECTS = 10_000;

    private long same;
    private long wrong;

    private DamagedReading() {}

    /** The whole directory, and the damaged one. */
    public static void main(final String[] args) {
        final DamagedReading reading = new DamagedReading();
        final Path before = Path.of(args[0]);
        final Path damaged = Path.of(args[1]);
        reading.compare(excerpts(before), excerpts(damaged));
        reading.compare(records(before), records(damaged));
        reading.compare(rows(before), rows(damaged));
        System.out.println("same " + reading.same + " wrong " + reading.wrong);
    }

    private void compare(final Map<Long, String> before, final Map<Long, String> found) {
        found.forEach((key, value) -> {
            if (value.equals(before.get(key))) {
                same++;
            } else {
                wrong++;
                System.out.println("was " + before.get(key) + "\nis  " + value);
            }
        });
    }

    private static Map<Long, String> excerpts(final Path directory) {
        final Map<Long, String> excerpts = new HashMap<>();
        try (JournalTailer tailer = JournalTailer.open(directory.resolve("journal/shard-0"))) {
            for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                if (code == TailerCode.EXCERPT) {
                    int hash = 31 * tailer.type() + Long.hashCode(tailer.firstSequence() ^ tailer.timeNs());
                    for (int i = 0; i < tailer.count(); i++) {
                        for (int at = 0; at < tailer.frameLength(i); at++) {
                            hash = 31 * hash + tailer.buffer().getByte(tailer.frameOffset(i) + at);
                        }
                    }
                    excerpts.put(tailer.ordinal(), tailer.count() + " frames " + hash);
                }
            }
        } catch (final StoreException e) {
            System.out.println(e.getMessage());
        }
        return excerpts;
    }

    private static Map<Long, String> records(final Path directory) {
        final Map<Long, String> records = new HashMap<>();
        try (AuditTailer tailer = AuditTailer.open(directory.resolve("audit/shard-0"))) {
            while (tailer.next()) {
                final StringBuilder json = new StringBuilder();
                tailer.toJson(json);
                records.put(tailer.sequence(), json.toString());
            }
        } catch (final StoreException e) {
            System.out.println(e.getMessage());
        }
        return records;
    }

    private static Map<Long, String> rows(final Path directory) {
        final Map<Long, String> rows = new HashMap<>();
        try (ProfileReader reader = ProfileReader.open(directory.resolve("profiles/shard-0.dat"))) {
            final float[] floats = new float[reader.dimension()];
            final RowHeader header = new RowHeader();
            for (int i = 0; i < 2 * SUBJECTS; i++) {
                final long subject =
                        Subjects.of(i < SUBJECTS ? FraudScenario.CARD : FraudScenario.TERMINAL, i % SUBJECTS);
                if (reader.read(subject, floats, header) == StoreCode.OK) {
                    rows.put(subject, header.updatedNs() + " " + Arrays.toString(floats));
                }
            }
        } catch (final RuntimeException e) {
            System.out.println(e.getMessage());
        }
        return rows;
    }
}
