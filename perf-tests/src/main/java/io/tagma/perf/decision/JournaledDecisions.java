package io.tagma.perf.decision;

import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.shard.ExcerptType;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import redis.clients.jedis.Jedis;

/** Which payments a dead variant's journal holds decisions of. Stateless. */
final class JournaledDecisions {
    private static final int NUMBER = 8;
    private static final int CHUNK = 10_000;

    private JournaledDecisions() {}

    /** Reads the files that a variant left. */
    static BitSet read(final Variant variant, final Path directory) {
        if (variant.isTagma()) {
            return tagma(directory);
        }
        return variant.isRedis() ? redis(directory) : records(directory.resolve(RecordFile.NAME));
    }

    private static BitSet tagma(final Path directory) {
        final BitSet found = new BitSet();
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final Decision decision = new Decision();
        try (JournalTailer tailer = JournalTailer.open(directory.resolve("journal/shard-0"))) {
            while (tailer.next() == TailerCode.EXCERPT) {
                for (int i = 0; tailer.type() == ExcerptType.OUTPUT && i < tailer.count(); i++) {
                    header.wrap(tailer.buffer(), tailer.frameOffset(i));
                    if (header.templateId() == DecisionFrameDecoder.TEMPLATE_ID) {
                        decision.wrap(0, tailer.buffer(), tailer.frameOffset(i));
                        found.set((int) decision.correlationId() - 1);
                    }
                }
            }
        }
        return found;
    }

    private static BitSet records(final Path file) {
        final BitSet found = new BitSet();
        try (FileChannel channel = FileChannel.open(file)) {
            final ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                    .order(ByteOrder.LITTLE_ENDIAN);
            int at = 0;
            while (all.limit() - at >= RecordFile.OUTCOME_LENGTH) {
                final boolean isDecision = all.getInt(at) == RecordFile.DECISION;
                final int length = isDecision ? RecordFile.DECISION_LENGTH : RecordFile.OUTCOME_LENGTH;
                if (isDecision && all.limit() - at >= length) {
                    found.set((int) all.getLong(at + NUMBER));
                }
                at += length;
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static BitSet redis(final Path directory) {
        final BitSet found = new BitSet();
        try (RedisServer server = RedisServer.start(directory);
                Jedis jedis = server.connect()) {
            final long length = jedis.llen(RedisDecider.JOURNAL);
            for (long from = 0; from < length; from += CHUNK) {
                final List<byte[]> chunk = jedis.lrange(RedisDecider.JOURNAL, from, from + CHUNK - 1);
                for (final byte[] bytes : chunk) {
                    final ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                    if (record.getInt(0) == RecordFile.DECISION) {
                        found.set((int) record.getLong(NUMBER));
                    }
                }
            }
        }
        return found;
    }
}
