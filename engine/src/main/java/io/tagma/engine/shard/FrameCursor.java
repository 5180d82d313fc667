package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/** Walks over the frames of one kind of excerpt in a journal, whatever batches they came in. Owned by one thread. */
final class FrameCursor implements AutoCloseable {
    private final Path journal;
    private final int type;
    private final JournalTailer tailer;
    private int frame;
    private int frames;

    FrameCursor(final Path journal, final int type) {
        this.journal = journal;
        this.type = type;
        this.tailer = JournalTailer.open(journal);
        tailer.toStart();
    }

    /**
     * Goes to the next frame.
     *
     * @return false at the journal's end
     * @throws EngineException when the journal is damaged
     */
    boolean next() {
        frame++;
        while (frame >= frames) {
            final int code = tailer.next();
            if (code == TailerCode.END) {
                frames = 0;
                return false;
            }
            if (code == TailerCode.DAMAGED) {
                throw new EngineException(journal + " is damaged: " + tailer.damage()
                        + "; 'tagma repair' mends what it can, from parity or with --from a copy");
            }
            if (tailer.type() == type) {
                frame = 0;
                frames = tailer.count();
            }
        }
        return true;
    }

    /** Sequence of an input. */
    long sequence() {
        return tailer.firstSequence() + frame;
    }

    DirectBuffer buffer() {
        return tailer.buffer();
    }

    int offset() {
        return tailer.frameOffset(frame);
    }

    int length() {
        return tailer.frameLength(frame);
    }

    int template() {
        return buffer().getShort(offset() + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    long longAt(final int fieldOffset) {
        return buffer().getLong(offset() + MessageHeaderDecoder.ENCODED_LENGTH + fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        tailer.close();
    }
}
