package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.sbe.AnswerFrameDecoder;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameDecoder;
import io.tagma.engine.ingest.sbe.ReferralFrameDecoder;
import io.tagma.engine.ingest.sbe.RestoreFrameDecoder;
import io.tagma.engine.ingest.sbe.StampedMessageFrameDecoder;
import io.tagma.engine.ingest.sbe.TrainingFrameDecoder;
import io.tagma.engine.ingest.sbe.WindowEndFrameDecoder;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.BidWindow;
import io.tagma.engine.observe.Station;
import io.tagma.engine.observe.StationTimer;
import io.tagma.engine.profile.RowStation;
import io.tagma.engine.training.OutcomeStation;
import io.tagma.engine.training.PendingDecisions;
import io.tagma.engine.training.TrainingControl;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The function at a shard's heart: applies one journaled input to rows, agents and standings, and puts out what follows.
 * The same code live, in recovery and in replay; nothing in it depends on batches, clocks or other threads. Owned by the
 * shard's thread.
 */
final class ShardCore {
    private static final int TEMPLATE_ID_OFFSET = MessageHeaderDecoder.templateIdEncodingOffset();

    private final int shard;
    private final int shards;
    private final ShardParts parts;
    private final RowStation subjects;
    private final RowStation peers;
    private final Classification texts;
    private final Deliberation deliberation;
    private final Deliberation.Faults faults;
    private final PendingDecisions pending;
    private final OutcomeStation training;
    private final ShardTraining trainers;
    private final OpenAsks asks;
    private final @Nullable AskedAuctions auctions;
    private final RowTouch rowTouch;
    private final DueOutcomes due;
    private final Post post;
    private final Deliveries deliveries;
    private final @Nullable ShardVariables variables;
    private final OutputWriter output;
    private final ShardCounters counters;
    private final StationTimer timer;
    private final StateHash hash = new StateHash();
    private final Task task;
    private final Outcome outcome = new Outcome();
    final RestoredRow restored = new RestoredRow();
    private @Nullable StepListener listener;
    private final boolean learnsLater;
    private final Recurrence learning;
    private final Recurrence hashing;
    private long sequence;
    private long lastCorrelationId;

    ShardCore(final ShardParts parts, final OutputWriter output, final StationTimer timer) {
        this.parts = parts;
        this.shard = parts.shard();
        this.shards = parts.shards();
        this.learnsLater = parts.learnInterval() > 1;
        this.learning = new Recurrence(parts.learnInterval());
        this.hashing = new Recurrence(parts.hashInterval());
        this.subjects = parts.subjects();
        this.peers = parts.peers();
        this.rowTouch = new RowTouch(subjects);
        this.texts = new Classification(parts);
        this.pending = parts.pending();
        this.post = parts.post();
        this.deliveries = new Deliveries(parts, this::fault);
        this.due = parts.due();
        this.variables = parts.variables();
        this.asks = parts.asks();
        this.auctions = parts.asked();
        this.counters = parts.counters();
        this.output = output;
        this.task = new Task(new UnsafeBuffer(new byte[0]), parts.maxFeatures());
        this.timer = timer;
        this.faults = (t, cell) -> fault(cell);
        this.deliberation = new Deliberation(parts, faults);
        this.trainers = new ShardTraining(parts, deliberation);
        this.training = new OutcomeStation(pending, parts.reputation(), trainers.control(), this::fault);
    }

    /** Applies one input frame. Its sequence is one more than that of the last. */
    void apply(final DirectBuffer buffer, final int offset, final int length) {
        sequence++;
        switch (buffer.getShort(offset + TEMPLATE_ID_OFFSET, ByteOrder.LITTLE_ENDIAN)) {
            case EventFrameDecoder.TEMPLATE_ID -> event(buffer, offset);
            case ReferralFrameDecoder.TEMPLATE_ID -> referral(buffer, offset);
            case OutcomeFrameDecoder.TEMPLATE_ID -> outcome(buffer, offset);
            case MessageFrameDecoder.TEMPLATE_ID, StampedMessageFrameDecoder.TEMPLATE_ID -> message(buffer, offset);
            case RestoreFrameDecoder.TEMPLATE_ID -> restore(buffer, offset);
            case TrainingFrameDecoder.TEMPLATE_ID -> trainers.order(buffer, offset, sequence);
            case AnswerFrameDecoder.TEMPLATE_ID -> answer(buffer, offset);
            case WindowEndFrameDecoder.TEMPLATE_ID -> endWindow(buffer, offset);
            case Probations.TEMPLATE_ID -> parts.probations().apply(buffer, offset, sequence);
            case SwitchOffs.TEMPLATE_ID -> parts.switchOffs().apply(buffer, offset);
            default -> council(buffer, offset);
        }
        if (!post.mailbox().isEmpty()) {
            deliveries.mail(sequence, listener);
        }
        if (variables != null && variables.isWishing()) {
            variables.endInput(sequence);
        }
        if (learnsLater && learning.isDue(sequence)) {
            learnDue();
        }
        if (hashing.isDue(sequence)) {
            output.stateHash(sequence, stateHash());
        }
    }

    /** Brings near what a group of frames will need, ahead of their turn, so that their cache misses overlap; changes nothing. */
    RowTouch ahead() {
        return rowTouch;
    }

    private void event(final DirectBuffer buffer, final int offset) {
        timer.begin(sequence);
        task.wrapEvent(buffer, offset, sequence);
        lastCorrelationId = Math.max(lastCorrelationId, task.correlationId()); // a dead letter may come again
        deliveries.beginInput(task.timeNs());
        counters.events.increment();
        if (!subjects.acquire(task.subject())) {
            storeFull();
            return;
        }
        if (task.intent() == Event.UNCLASSIFIED && !classify()) {
            deliberation.refuse(Decision.FAILED);
            decided();
            return;
        }
        if (!subjects.contribute(task)) {
            counters.faults.increment();
        }
        if (task.peer() == 0) {
            timer.mark(Station.PROFILE);
            deliberate();
            update(subjects);
            timer.mark(Station.PROFILE);
            return;
        }
        update(subjects);
        final int target = Subjects.shardOf(task.peer(), shards);
        if (target != shard) {
            refer(target);
        } else {
            decideForPeer();
        }
    }

    private void referral(final DirectBuffer buffer, final int offset) {
        timer.begin(sequence);
        if (!post.isNewReferral(buffer, offset)) {
            counters.ignored.increment();
            return;
        }
        task.wrapReferral(buffer, offset, sequence);
        deliveries.beginInput(task.timeNs());
        counters.events.increment();
        decideForPeer();
    }

    private void decideForPeer() {
        if (!peers.acquire(task.peer())) {
            storeFull();
            return;
        }
        if (!peers.contribute(task)) {
            counters.faults.increment();
        }
        timer.mark(Station.PROFILE);
        deliberate();
        update(peers);
        timer.mark(Station.PROFILE);
    }

    private void refer(final int target) {
        timer.mark(Station.PROFILE);
        if (post.refer(target, task)) {
            counters.referred.increment();
        } else {
            deliberation.refuse(Decision.TOO_LONG);
            decided();
        }
    }

    private boolean classify() {
        timer.mark(Station.PROFILE);
        final boolean known = texts.classify(task, subjects.row());
        timer.mark(Station.INTENT);
        return known;
    }

    private void deliberate() {
        final IntentSpec intent = deliberation.intent(task.intent());
        if (auctions == null || !intent.isAsked()) {
            decide(null);
        } else if (auctions.open(task, deliberation.candidates(task.intent()), intent.windowNs(), faults)) {
            counters.deferred.increment();
        } else {
            decide(auctions.bids());
        }
        timer.mark(Station.DECIDE);
    }

    private void decide(final @Nullable BidWindow bids) {
        deliberation.run(task, bids);
        remember();
        decided();
    }

    /** The decision that waited for the bids of a slot, if that is one. */
    private void decideAuction(final AskedAuctions waiting, final int slot) {
        if (slot != AskedAuctions.NONE) {
            timer.begin(sequence);
            waiting.restore(task, slot, sequence);
            deliveries.beginInput(task.timeNs());
            output.auction(task, waiting);
            decide(waiting.bids());
            timer.mark(Station.DECIDE);
        }
    }

    private void endWindow(final DirectBuffer buffer, final int offset) {
        if (auctions == null) {
            counters.ignored.increment();
        } else {
            decideAuction(auctions, auctions.end(buffer, offset));
        }
    }

    /** Keeps what the outcome will need. */
    private void remember() {
        final int slot =
                pending.put(task.correlationId(), sequence, task.intent(), deliberation.winner(), task.featureCount());
        deliberation.remember(task, slot);
        pending.decidedByPeer(slot, task.peer() != 0);
        System.arraycopy(task.features(), 0, pending.slab(), pending.featuresAt(slot), task.featureCount());
        deliberation.keepBallots(pending, slot, task.intent());
        if (texts.isPresent()) {
            pending.keepText(slot, task.buffer(), task.textOffset(), task.textLength());
        }
    }

    private void storeFull() {
        counters.storeFull.increment();
        deliberation.refuse(Decision.STORE_FULL);
        decided();
    }

    private void decided() {
        counters.decisions.increment();
        output.decision(task, deliberation);
        final StepListener current = listener;
        if (current != null) {
            current.decided(task, deliberation);
        }
    }

    private void update(final RowStation rows) {
        changed(rows, rows.update(task));
    }

    private void changed(final RowStation rows, final long delta) {
        hash.rowChanged(delta);
        if (rows.faulted()) {
            counters.faults.increment();
        }
        final StepListener current = listener;
        if (current != null && delta != RowStation.UNCHANGED) {
            current.rowChanged(rows);
        }
    }

    private void restore(final DirectBuffer buffer, final int offset) {
        restored.wrap(buffer, offset);
        deliveries.beginInput(restored.timeNs());
        final RowStation rows = restored.rows(subjects, peers);
        changed(rows, restored.into(rows, sequence, counters.ignored));
    }

    private void outcome(final DirectBuffer buffer, final int offset) {
        outcome.decode(buffer, offset);
        deliveries.beginInput(outcome.timeNs());
        if (learnsLater) {
            due.add(outcome.correlationId(), outcome.owner(), outcome.label(), outcome.intent(), outcome.timeNs());
        } else {
            timer.begin(sequence);
            learn(outcome.correlationId(), outcome.owner(), outcome.label(), outcome.intent(), outcome.timeNs());
            timer.mark(Station.LEARN);
        }
    }

    private void learnDue() {
        for (int i = 0; i < due.count(); i++) {
            learn(due.correlationId(i), due.owner(i), due.label(i), due.intent(i), due.timeNs(i));
        }
        due.clear();
    }

    private void learn(
            final long correlationId, final long owner, final float label, final int trueIntent, final long timeNs) {
        final int slot = pending.take(correlationId);
        if (slot == PendingDecisions.NONE) {
            counters.unmatched.increment();
            return;
        }
        counters.outcomes.increment();
        if (listener != null) {
            listener.learnt(sequence);
        }
        final int intent = pending.intent(slot);
        final Feedback feedback = training.prepare(slot, label, trueIntent, timeNs);
        deliberation.settle(intent, slot, label, timeNs); // money moves whether or not anyone learns
        final boolean teaches = trainers.control().learnsNext();
        if (!teaches) {
            counters.untaught.increment();
        } else if (deliberation.intent(intent).protocol() == IntentSpec.Protocol.VOTE) {
            training.teachVoters(
                    slot,
                    deliberation.rule(intent),
                    deliberation.voteState(intent),
                    deliberation.candidates(intent),
                    deliberation.shadows(intent));
        } else {
            deliberation.teachWinners(training, intent, slot, label);
        }
        if (teaches && trueIntent != Event.UNCLASSIFIED) {
            trainers.teachText(pending, slot, trueIntent);
        }
        final RowStation rows = pending.decidedByPeer(slot) ? peers : subjects;
        changed(rows, rows.learn(owner, feedback));
    }

    private void message(final DirectBuffer buffer, final int offset) {
        deliveries.beginInput(post.messageTimeNs(buffer, offset));
        if (!post.receive(buffer, offset)) {
            counters.ignored.increment();
        }
    }

    private void council(final DirectBuffer buffer, final int offset) {
        if (variables == null || !variables.input(buffer, offset, sequence)) {
            counters.ignored.increment();
        }
    }

    private void answer(final DirectBuffer buffer, final int offset) {
        if (auctions != null && auctions.isBid(buffer, offset)) {
            decideAuction(auctions, auctions.take(FrameTimes.ingestNs(buffer, offset), sequence));
            return;
        }
        if (!asks.close(buffer, offset)) {
            counters.ignored.increment();
            return;
        }
        deliveries.beginInput(asks.askedNs());
        final AgentCell cell = parts.cells().get(asks.agentId());
        if (cell.onAnswer(asks.answer()) == AgentCell.FAULT) {
            fault(cell);
        }
    }

    private void fault(final AgentCell cell) {
        parts.switchOffs().failed(cell, sequence, output);
    }

    /** Goes on from a state that was loaded into the parts. */
    void resume(final long lastSequence, final long correlationId, final long rowDigests) {
        sequence = lastSequence;
        learning.resume(lastSequence);
        hashing.resume(lastSequence);
        lastCorrelationId = correlationId;
        hash.rows(rowDigests);
    }

    /** The state hash after the last input. */
    long stateHash() {
        final long value = hash.value(
                parts.contexts(),
                parts.reputation().standings(),
                deliberation.voteStates(),
                deliberation.digest(texts.digest()));
        final long voted = variables == null ? 0L : variables.digest();
        final long all = StateHash.with(
                value,
                training().digest(),
                voted,
                post.causality().digest(),
                asks.digest(),
                auctions == null ? 0L : auctions.digest());
        return parts.switchOffs().hash(parts.probations().hash(all));
    }

    /** Sequence of the last input applied. */
    long sequence() {
        return sequence;
    }

    /** The greatest of those of events that came from callers, 0 before the first. */
    long lastCorrelationId() {
        return lastCorrelationId;
    }

    OutputWriter output() {
        return output;
    }

    Post post() {
        return post;
    }

    ShardParts parts() {
        return parts;
    }

    TrainingControl training() {
        return trainers.control();
    }

    Deliberation deliberation() {
        return deliberation;
    }

    /** Has every decision shown to a listener; replay and explanation only. */
    void listen(final @Nullable StepListener stepListener) {
        listener = stepListener;
    }
}
