package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameDecoder;
import io.tagma.store.JournalTailer;
import io.tagma.store.StoreDirectory;
import io.tagma.store.TailerCode;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * What callers once submitted, read back from the journals of a directory: a batch of each shard in turn. What shards sent each other
 * and rows that were put back are passed over. Owned by one thread.
 */
public final class RecordedInputs implements AutoCloseable {
    /** Told of each input, which is reused for the next. */
    public interface Sink {
        /** An event. */
        void event(Event event);

        /** An outcome. */
        void outcome(Outcome outcome);
    }

    private final StoreDirectory directory;
    private final List<JournalTailer> tailers = new ArrayList<>();
    private final EventFrameDecoder eventFrame = new EventFrameDecoder();
    private final OutcomeFrameDecoder outcomeFrame = new OutcomeFrameDecoder();
    private final Event event = new Event();
    private final Outcome outcome = new Outcome();
    private final byte[] text = new byte[Event.MAX_TEXT_BYTES];
    private int turn;

    private RecordedInputs(final StoreDirectory directory) {
        this.directory = directory;
    }

    /**
     * Attaches to a directory, which an engine may hold.
     *
     * @param context whose configuration must be the one that the journals were made with
     * @throws io.tagma.store.StoreException when it is no engine's directory
     * @throws EngineException when its journals are of another configuration
     */
    public static RecordedInputs open(final Path root, final EngineContext context) {
        final RecordedInputs inputs = new RecordedInputs(StoreDirectory.attach(root));
        try {
            for (int shard = 0; shard < inputs.directory.shards(); shard++) {
                final Path journal = inputs.directory.journal(shard);
                final JournalTailer tailer = JournalTailer.open(journal);
                inputs.tailers.add(tailer);
                final Map<String, String> journaled = ConfigFrames.read(journal, tailer);
                if (!journaled.isEmpty()) {
                    ConfigFrames.requireSame(journaled, context);
                }
            }
            return inputs;
        } catch (final RuntimeException e) {
            inputs.close();
            throw e;
        }
    }

    /** Hands over the next batch of some shard; how many events were in it, or -1 when there is no batch left. */
    public int next(final Sink sink) {
        for (int tried = 0; tried < tailers.size(); tried++) {
            final JournalTailer tailer = tailers.get(turn);
            turn = (turn + 1) % tailers.size();
            int code = tailer.next();
            while (code == TailerCode.EXCERPT && tailer.type() != ExcerptType.INPUT) {
                code = tailer.next();
            }
            if (code == TailerCode.EXCERPT) {
                return handOver(tailer, sink);
            }
        }
        return -1; // damage ends it as well: the launch that follows says it, and what is whole has served
    }

    /** From the beginning again. */
    public void rewind() {
        tailers.forEach(JournalTailer::toStart);
        turn = 0;
    }

    private int handOver(final JournalTailer tailer, final Sink sink) {
        int events = 0;
        for (int i = 0; i < tailer.count(); i++) {
            final DirectBuffer buffer = tailer.buffer();
            final int offset = tailer.frameOffset(i);
            final int template =
                    buffer.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
            final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
            if (template == EventFrameDecoder.TEMPLATE_ID) {
                sink.event(event(buffer, body));
                events++;
            } else if (template == OutcomeFrameDecoder.TEMPLATE_ID) {
                sink.outcome(outcome(buffer, body));
            }
        }
        return events;
    }

    private Event event(final DirectBuffer buffer, final int body) {
        final EventFrameDecoder frame = eventFrame;
        frame.wrap(buffer, body, EventFrameDecoder.BLOCK_LENGTH, EventFrameDecoder.SCHEMA_VERSION);
        event.reset()
                .correlationId(frame.correlationId())
                .subject(frame.subject())
                .peer(frame.peer())
                .timeNs(frame.timeNs())
                .intent(frame.intent())
                .frameClass(frame.frameClass());
        final int values = frame.valuesLength();
        final int at = frame.limit() + EventFrameDecoder.valuesHeaderLength();
        for (int i = 0; i < values; i += Float.BYTES) {
            event.value(buffer.getFloat(at + i, ByteOrder.LITTLE_ENDIAN));
        }
        frame.skipValues();
        return event.text(text, 0, frame.getText(text, 0, text.length));
    }

    private Outcome outcome(final DirectBuffer buffer, final int body) {
        final OutcomeFrameDecoder frame = outcomeFrame;
        frame.wrap(buffer, body, OutcomeFrameDecoder.BLOCK_LENGTH, OutcomeFrameDecoder.SCHEMA_VERSION);
        return outcome.correlationId(frame.correlationId())
                .owner(frame.owner())
                .timeNs(frame.timeNs())
                .label(frame.label())
                .intent(frame.intent())
                .frameClass(frame.frameClass());
    }

    @Override
    public void close() {
        tailers.forEach(CloseHelper::quietClose);
        tailers.clear();
        directory.close();
    }
}
