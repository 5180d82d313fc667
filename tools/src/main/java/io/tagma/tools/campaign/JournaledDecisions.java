package io.tagma.tools.campaign;

import io.tagma.engine.council.variable.Fate;
import io.tagma.engine.council.variable.VariableCode;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.sbe.CouncilFrameDecoder;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.VariableFrameDecoder;
import io.tagma.engine.shard.CouncilKind;
import io.tagma.engine.shard.ExcerptType;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One shard's decisions, read from its journal in their order, and the pacing that was in force for each: the shard that counts votes notes what they
 * came to, every other is told. Owned by one thread.
 */
final class JournaledDecisions implements AutoCloseable {
    private final int shard;
    private final JournalTailer tailer;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final Decision decision = new Decision();
    private final VariableFrameDecoder counted = new VariableFrameDecoder();
    private final CouncilFrameDecoder told = new CouncilFrameDecoder();
    private final Deque<Change> changes = new ArrayDeque<>();
    private float pacing = Pacing.FIRST;
    private long votes;
    private long votesCarried;
    private int frame;
    private int frames;
    private boolean outputs;

    /** A pacing that is in force behind an input. */
    private record Change(long sequence, float pacing) {}

    JournaledDecisions(final int shard, final JournalTailer tailer) {
        this.shard = shard;
        this.tailer = tailer;
    }

    /** Goes on to the next; false at the journal's end, or where it is damaged. */
    boolean next() {
        while (true) {
            while (frame < frames) {
                final int at = frame++;
                header.wrap(tailer.buffer(), tailer.frameOffset(at));
                if (outputs && header.templateId() == DecisionFrameDecoder.TEMPLATE_ID) {
                    decision.wrap(shard, tailer.buffer(), tailer.frameOffset(at));
                    goOn(decision.sequence());
                    return true;
                }
                note(at);
            }
            if (tailer.next() != TailerCode.EXCERPT) {
                goOn(Long.MAX_VALUE);
                return false;
            }
            frame = 0;
            outputs = tailer.type() == ExcerptType.OUTPUT;
            frames = outputs || tailer.type() == ExcerptType.INPUT ? tailer.count() : 0;
        }
    }

    private void goOn(final long sequence) {
        while (!changes.isEmpty() && changes.getFirst().sequence() < sequence) {
            pacing = changes.removeFirst().pacing();
        }
    }

    private void note(final int at) {
        final int body = tailer.frameOffset(at) + MessageHeaderDecoder.ENCODED_LENGTH;
        if (outputs && header.templateId() == VariableFrameDecoder.TEMPLATE_ID) {
            counted.wrap(tailer.buffer(), body, VariableFrameDecoder.BLOCK_LENGTH, VariableFrameDecoder.SCHEMA_VERSION);
            final boolean carried = counted.fate() == Fate.APPLIED.number();
            final byte[] text = new byte[counted.textLength()];
            counted.getText(text, 0, text.length);
            final String[] lines = new String(text, StandardCharsets.UTF_8).split("\n", -1);
            if (counted.code() == VariableCode.OK.number() && lines[0].equals(Pacing.VARIABLE)) {
                votes++;
                votesCarried += carried ? 1 : 0;
                if (carried) {
                    changes.addLast(new Change(counted.sequence(), (float) Double.parseDouble(lines[1])));
                }
            }
        } else if (!outputs && header.templateId() == CouncilFrameDecoder.TEMPLATE_ID) {
            told.wrap(tailer.buffer(), body, CouncilFrameDecoder.BLOCK_LENGTH, CouncilFrameDecoder.SCHEMA_VERSION);
            final boolean applied = told.kind() == CouncilKind.SETTLED && told.applied() != 0;
            final byte[] name = new byte[told.nameLength()];
            told.getName(name, 0, name.length);
            final byte[] value = new byte[told.valueLength()];
            told.getValue(value, 0, value.length);
            if (applied && new String(name, StandardCharsets.UTF_8).equals(Pacing.VARIABLE)) {
                changes.addLast(new Change(tailer.firstSequence() + at, (float)
                        Double.parseDouble(new String(value, StandardCharsets.UTF_8))));
            }
        }
    }

    /** The one that {@link #next} found; valid until the next. */
    Decision decision() {
        return decision;
    }

    /** The pacing that was in force for it; at the end, the last. */
    float pacing() {
        return pacing;
    }

    /** Votes on the pacing that this shard has counted so far. */
    long votes() {
        return votes;
    }

    /** Of which those that moved it. */
    long votesCarried() {
        return votesCarried;
    }

    @Override
    public void close() {
        tailer.close();
    }
}
