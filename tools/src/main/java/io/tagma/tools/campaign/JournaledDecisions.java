package io.tagma.tools.campaign;

import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.shard.ExcerptType;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;

/** One shard's decisions, read from its journal in their order. Owned by one thread. */
final class JournaledDecisions implements AutoCloseable {
    private final int shard;
    private final JournalTailer tailer;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final Decision decision = new Decision();
    private int frame;
    private int frames;

    JournaledDecisions(final int shard, final JournalTailer tailer) {
        this.shard = shard;
        this.tailer = tailer;
    }

    /** Goes on to the next; false at the journal's end, or where it is damaged. */
    boolean next() {
        while (true) {
            while (frame < frames) {
                final int offset = tailer.frameOffset(frame++);
                header.wrap(tailer.buffer(), offset);
                if (header.templateId() == DecisionFrameDecoder.TEMPLATE_ID) {
                    decision.wrap(shard, tailer.buffer(), offset);
                    return true;
                }
            }
            if (tailer.next() != TailerCode.EXCERPT) {
                return false;
            }
            frame = 0;
            frames = tailer.type() == ExcerptType.OUTPUT ? tailer.count() : 0;
        }
    }

    /** The one that {@link #next} found; valid until the next. */
    Decision decision() {
        return decision;
    }

    @Override
    public void close() {
        tailer.close();
    }
}
