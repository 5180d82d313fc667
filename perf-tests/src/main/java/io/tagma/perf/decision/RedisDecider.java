package io.tagma.perf.decision;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.tools.fraud.CardRule;
import io.tagma.tools.fraud.FloatRow;
import io.tagma.tools.fraud.FraudFeatures;
import io.tagma.tools.fraud.OnlineLogistic;
import io.tagma.tools.fraud.TerminalRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/**
 * Profiles and journal in a local Redis, the model in the client: a batch reads all its rows in one round trip ({@code MGET}), works, and writes rows and
 * journal records in a second ({@code MSET} and {@code RPUSH} in one pipeline); then its decisions are acknowledged. Owned by the harness's
 * thread.
 *
 * <p>Rows are binary strings. A subject that comes twice in a batch is read once and then worked on in memory, so that batches of any size
 * give the same decisions. With batches of 1, each payment and each outcome takes its two round trips.
 */
final class RedisDecider implements Decider {
    /** Where the journal's records are. */
    static final byte[] JOURNAL = "journal".getBytes(StandardCharsets.US_ASCII);

    private static final int ROW_BYTES = Long.BYTES + FraudFeatures.ROW_LENGTH * Float.BYTES;
    private static final int MAX_PENDING = 1 << 17;

    private final Payments payments;
    private final DecisionSink sink;
    private final int batch;
    private final RedisServer server;
    private final Jedis redis;
    private final OnlineLogistic model = new OnlineLogistic(FraudFeatures.BASE_NAMES);
    private final CardRule cardRule = new CardRule();
    private final TerminalRule terminalRule = new TerminalRule();
    private final float[] pending = new float[MAX_PENDING * FraudFeatures.LENGTH];
    private final Map<Long, Row> rows = new LinkedHashMap<>();
    private final List<byte[]> records = new ArrayList<>();
    private int next;
    private int nextOutcome;

    /** Starts a server in {@code directory} and connects. */
    RedisDecider(final Payments payments, final Path directory, final DecisionSink sink, final int batch) {
        this.payments = payments;
        this.sink = sink;
        this.batch = batch;
        server = RedisServer.start(directory);
        redis = server.connect();
    }

    /** The server's process. */
    long serverPid() {
        return server.pid();
    }

    @Override
    public void run(final int to) {
        run(to, batch);
    }

    /** The same with another size of batches: whoever wants to be in the middle of the stream soon takes large ones. */
    void run(final int to, final int batchSize) {
        while (next < to) {
            batch(Math.min(to, next + batchSize), batchSize);
        }
    }

    @Override
    public int start(final int first, final int ready) {
        while (next == first) {
            batch(first + Math.min(ready, batch), batch);
        }
        learnBehind();
        return next - first;
    }

    /** Takes payments up to {@code to}, and the outcomes before each, in batches of at most {@code size} of either. */
    private void batch(final int to, final int size) {
        final int fromOutcome = nextOutcome;
        int outcomes = fromOutcome;
        final int from = next;
        int last = from;
        while (last < to) {
            final int due = dueBefore(last, outcomes);
            if (due - fromOutcome > size || (size == 1 && due > fromOutcome)) {
                break;
            }
            outcomes = due;
            last++;
        }
        if (last == from) {
            learnBatch(Math.min(dueBefore(from, nextOutcome), nextOutcome + size));
            return;
        }
        for (int i = from; i < last; i++) {
            want(payments.card(i));
            want(payments.terminal(i));
        }
        for (int i = fromOutcome; i < outcomes; i++) {
            want(payments.terminal(i));
        }
        read();
        final float[] scores = new float[last - from];
        for (int i = from; i < last; i++) {
            learnInMemory(dueBefore(i, nextOutcome));
            scores[i - from] = decide(i);
        }
        write();
        next = last;
        for (int i = from; i < last; i++) {
            sink.decided(i, scores[i - from]);
        }
    }

    private void learnBehind() {
        while (next < payments.count() && dueBefore(next, nextOutcome) > nextOutcome) {
            learnBatch(Math.min(dueBefore(next, nextOutcome), nextOutcome + batch));
        }
    }

    private void learnBatch(final int to) {
        for (int i = nextOutcome; i < to; i++) {
            want(payments.terminal(i));
        }
        read();
        learnInMemory(to);
        write();
    }

    /** The first outcome from {@code from} on that is not due when payment {@code i} is made. */
    private int dueBefore(final int i, final int from) {
        int due = from;
        while (due < i && payments.outcomeNs(due) <= payments.timeNs(i)) {
            due++;
        }
        return due;
    }

    private void want(final long subject) {
        rows.computeIfAbsent(subject, Row::new);
    }

    private void read() {
        final byte[][] keys = new byte[rows.size()][];
        int k = 0;
        for (final Row row : rows.values()) {
            keys[k++] = row.key;
        }
        final List<byte[]> values = redis.mget(keys);
        k = 0;
        for (final Row row : rows.values()) {
            row.decode(values.get(k++));
        }
    }

    private void write() {
        final byte[][] pairs = new byte[2 * rows.size()][];
        int k = 0;
        for (final Row row : rows.values()) {
            pairs[k++] = row.key;
            pairs[k++] = row.encode();
        }
        final Pipeline pipeline = redis.pipelined();
        pipeline.mset(pairs);
        pipeline.rpush(JOURNAL, records.toArray(byte[][]::new));
        pipeline.sync();
        rows.clear();
        records.clear();
    }

    private Row row(final long subject) {
        final Row row = rows.get(subject);
        if (row == null) {
            throw new IllegalStateException("row " + subject + " was not read with its batch");
        }
        return row;
    }

    private float decide(final int i) {
        final long nowNs = payments.timeNs(i);
        final int frame = (i & MAX_PENDING - 1) * FraudFeatures.LENGTH;
        final Row card = row(payments.card(i));
        cardRule.contribute(card, nowNs, payments.terminal(i), payments.amount(i), pending, frame);
        cardRule.update(card, nowNs, payments.terminal(i), payments.amount(i));
        card.updatedNs = nowNs;
        final Row terminal = row(payments.terminal(i));
        terminalRule.contribute(terminal, nowNs, pending, frame);
        final float logOdds = model.score(pending, frame + FraudFeatures.BASE);
        terminalRule.update(terminal, nowNs);
        terminal.updatedNs = nowNs;
        final ByteBuffer record = record(RecordFile.DECISION_LENGTH);
        RecordFile.putDecision(
                record,
                i,
                nowNs,
                payments.card(i),
                payments.terminal(i),
                payments.amount(i),
                FloatMath.sigmoid(logOdds));
        return logOdds;
    }

    private void learnInMemory(final int to) {
        for (; nextOutcome < to; nextOutcome++) {
            final int i = nextOutcome;
            final int frame = (i & MAX_PENDING - 1) * FraudFeatures.LENGTH;
            model.learn(pending, frame + FraudFeatures.BASE, payments.label(i));
            final Row terminal = row(payments.terminal(i));
            final long dueNs = payments.outcomeNs(i);
            terminalRule.learn(terminal, dueNs, payments.timeNs(i), pending, frame, payments.fraud(i));
            terminal.updatedNs = dueNs;
            RecordFile.putOutcome(record(RecordFile.OUTCOME_LENGTH), i, dueNs, payments.terminal(i), payments.fraud(i));
        }
    }

    private ByteBuffer record(final int length) {
        final byte[] bytes = new byte[length];
        records.add(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        redis.close();
        server.close();
    }

    /** One subject's row while its batch is worked on. */
    private static final class Row implements FloatRow {
        private final byte[] key;
        private final float[] values = new float[FraudFeatures.ROW_LENGTH];
        private long updatedNs;

        Row(final long subject) {
            key = ByteBuffer.allocate(Long.BYTES).putLong(subject).array();
        }

        @SuppressWarnings("NullAway") // MGET gives null for what is not there
        void decode(final byte[] bytes) {
            if (bytes != null) {
                final ByteBuffer buffer = ByteBuffer.wrap(bytes);
                updatedNs = buffer.getLong();
                for (int i = 0; i < values.length; i++) {
                    values[i] = buffer.getFloat();
                }
            }
        }

        byte[] encode() {
            final ByteBuffer buffer = ByteBuffer.allocate(ROW_BYTES).putLong(updatedNs);
            for (final float value : values) {
                buffer.putFloat(value);
            }
            return buffer.array();
        }

        @Override
        public float get(final int i) {
            return values[i];
        }

        @Override
        public void set(final int i, final float value) {
            values[i] = value;
        }

        @Override
        public long updatedNs() {
            return updatedNs;
        }
    }
}
