package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.council.variable.Fate;
import io.tagma.engine.council.variable.Variable;
import io.tagma.engine.council.variable.VariableAnswer;
import io.tagma.engine.council.variable.VariableCode;
import io.tagma.engine.council.variable.VariableDefinition;
import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.council.variable.VariableText;
import io.tagma.engine.council.variable.VariableValue;
import io.tagma.engine.council.variable.VariableVersion;
import io.tagma.engine.council.variable.VariableVote;
import io.tagma.engine.council.variable.Variables;
import io.tagma.engine.ingest.sbe.CouncilFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.VariableOrderFrameDecoder;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One shard's copy of the engine's variables, and its part in changing them. Shard {@value #COUNTING} counts: it takes proposals, asks
 * the agents of every shard, and tells every shard what came of it; each shard makes the change at the end of the input that tells it.
 * An instance of an agent is a voter of its own, the <em>seat</em> {@code shard * agents + agent}. Every vote is in before one is counted, so the
 * count does not depend on whose came first. Owned by the shard's thread; rare enough to allocate.
 */
final class ShardVariables {
    /** The shard that counts. */
    static final int COUNTING = 0;

    /** Proposals that may be open at a time. */
    static final int MAX_OPEN = 16;

    private static final int TEMPLATE_ID_OFFSET = MessageHeaderDecoder.templateIdEncodingOffset();

    private final int shard;
    private final int shards;
    private final List<AgentDescriptor> agents;
    private final Variables variables;
    private final List<VariableTerms> terms;
    private final @Nullable CouncilLane lane;
    private final CouncilRecords records;
    private final OrderText orders = new OrderText();
    private @Nullable SwitchOffs voters;
    private final OutputWriter output;
    private @Nullable Wish wish;
    private boolean wishUnderWay;
    private boolean touched;
    private final LongSupplier lastTimeNs;
    private long nowNs;
    private long sequence;

    /** What an agent of this shard wants to propose when the input is done. */
    private record Wish(int agent, String name, String value) {}

    ShardVariables(final EngineContext context, final int shard, final Post post, final OutputWriter output) {
        this.shard = shard;
        this.shards = context.shards();
        this.lane = post.council();
        this.lastTimeNs = post::nowNs;
        this.output = output;
        this.agents = context.agents().stream().map(AgentFactory::describe).toList();
        this.terms = context.variables();
        final List<VariableDefinition> definitions = new ArrayList<>();
        for (final VariableTerms one : terms) {
            definitions.add(new VariableDefinition(one.spec(), seats(one), one.policy(), one.versionsKept()));
        }
        this.records = new CouncilRecords(agents, shards);
        this.variables = new Variables(definitions, MAX_OPEN, this::settled);
        publish();
    }

    private Set<Integer> seats(final VariableTerms one) {
        final Set<Integer> seats = new HashSet<>();
        final Set<String> unknown = one.concerned();
        for (int agent = 0; agent < agents.size(); agent++) {
            final AgentDescriptor descriptor = agents.get(agent);
            if (one.concerned().isEmpty() ? !descriptor.shadow() : unknown.remove(descriptor.name())) {
                for (int i = 0; i < shards; i++) {
                    seats.add(i * agents.size() + agent);
                }
            }
        }
        if (!unknown.isEmpty() || seats.isEmpty()) {
            throw new EngineException("variable " + one.spec().name() + " concerns " + unknown
                    + ", of whom there are none; agents are "
                    + agents.stream().map(AgentDescriptor::name).toList());
        }
        return seats;
    }

    /** Those who are asked, once they are made. */
    void agents(final SwitchOffs made) {
        voters = made;
    }

    Variable variable(final String name) {
        return variables.variable(name);
    }

    /** An agent wants a change: it is proposed at the end of the input in hand; one of a shard's at a time. */
    boolean wish(final int agent, final String name, final VariableValue value) {
        if (wishUnderWay) {
            return false;
        }
        final String text = VariableText.format(value);
        if (lane != null && !lane.fits(name, text)) {
            return false;
        }
        wish = new Wish(agent, name, text);
        wishUnderWay = true;
        return true;
    }

    /** Whether an agent has asked for something in the input in hand. */
    boolean isWishing() {
        return wish != null;
    }

    /** Proposes what an agent asked for. */
    void endInput(final long at) {
        final Wish wanted = wish;
        if (wanted == null) {
            return;
        }
        wish = null;
        nowNs = lastTimeNs.getAsLong();
        touched = true;
        sequence = at;
        final int by = shard * agents.size() + wanted.agent;
        if (shard == COUNTING) {
            open(new CouncilRecords.Request(0, nowNs, records.seatName(by), "", by), wanted.name, wanted.value);
        } else if (lane != null) {
            lane.send(
                    COUNTING,
                    new CouncilLane.Matter(CouncilKind.PROPOSE, 0, 0, by, 0, 0, false),
                    wanted.name,
                    utf8(wanted.value),
                    nowNs);
        }
    }

    /** Takes an input that may be about variables; false where it was not, or was of no use. */
    boolean input(final DirectBuffer buffer, final int offset, final long at) {
        return switch (buffer.getShort(offset + TEMPLATE_ID_OFFSET, ByteOrder.LITTLE_ENDIAN)) {
            case VariableOrderFrameDecoder.TEMPLATE_ID -> order(buffer, offset, at);
            case CouncilFrameDecoder.TEMPLATE_ID -> council(buffer, offset, at);
            default -> false;
        };
    }

    /** Takes a frame of an order from outside; false when it was of no use. */
    private boolean order(final DirectBuffer buffer, final int offset, final long at) {
        if (shard != COUNTING || !orders.take(buffer, offset)) {
            return false;
        }
        touched = true;
        sequence = at;
        if (orders.isWhole()) {
            final CouncilRecords.Request request = new CouncilRecords.Request(
                    orders.number(), orders.timeNs(), orders.line(0), orders.line(1), VariableVersion.NOBODY);
            if (orders.line(2).equals(OrderText.ROLLBACK)) {
                rollback(request, orders.line(3), orders.line(4));
            } else {
                open(request, orders.line(3), orders.line(4));
            }
        }
        return true;
    }

    private void rollback(final CouncilRecords.Request request, final String name, final String version) {
        final VariableDefinition definition = variables.definition(name);
        if (definition == null) {
            refused(request, name, version, variables.noSuch(name));
            return;
        }
        final long wanted = version.isEmpty()
                ? variables.variable(name).version().version() - 1
                : Long.parseLong(version); // checked where the order was made
        VariableValue then = null;
        for (final VariableVersion kept : variables.variable(name).history()) {
            then = kept.version() == wanted ? kept.value() : then;
        }
        if (then == null) {
            refused(request, name, "version " + wanted, variables.rollback(name, wanted, request.by(), Long.MAX_VALUE));
        } else {
            open(request, name, VariableText.format(then));
        }
    }

    private void open(final CouncilRecords.Request request, final String name, final String text) {
        final VariableAnswer answer = propose(request, name, text);
        if (!answer.ok()) {
            refused(request, name, text, answer);
            return;
        }
        final long number = answer.proposal();
        final VariableProposal proposal = variables.proposal(number);
        if (proposal == null) {
            return; // its policy refused it on its maker's vote alone, which was recorded
        }
        records.opened(number);
        if (request.by() != VariableVersion.NOBODY) {
            records.vote(true);
        }
        final byte[] votes = ask(proposal);
        cast(number, COUNTING, votes);
        for (int target = 1; target < shards && lane != null; target++) {
            lane.send(
                    target,
                    new CouncilLane.Matter(CouncilKind.ASK, number, proposal.baseVersion(), proposal.by(), 0, 0, false),
                    name,
                    utf8(text),
                    nowNs);
        }
        closeWhenAllAreIn(number);
    }

    private VariableAnswer propose(final CouncilRecords.Request request, final String name, final String text) {
        final VariableDefinition definition = variables.definition(name);
        if (definition == null) {
            return variables.noSuch(name);
        }
        final VariableValue value;
        try {
            value = VariableText.parse(definition.spec(), text);
        } catch (final IllegalArgumentException e) {
            return new VariableAnswer(VariableCode.WRONG_TYPE, String.valueOf(e.getMessage()), 0);
        }
        records.next(request);
        return variables.propose(name, value, request.by(), Long.MAX_VALUE);
    }

    /** Asks those of this shard whom it concerns: a byte for each, in the order of agents. */
    private byte[] ask(final VariableProposal proposal) {
        final VariableDefinition definition =
                variables.definition(proposal.variable().spec().name());
        final byte[] votes = new byte[agents.size()];
        for (int agent = 0; agent < votes.length && definition != null; agent++) {
            final int seat = shard * agents.size() + agent;
            if (seat != proposal.by() && definition.concerned().contains(seat)) {
                votes[agent] = (byte) Objects.requireNonNull(voters)
                        .vote(agent, proposal, sequence, output)
                        .number();
            }
        }
        return votes;
    }

    private void cast(final long number, final int from, final byte[] votes) {
        for (int agent = 0; agent < votes.length; agent++) {
            if (votes[agent] != VariableVote.ABSTAIN.number()) {
                final boolean yes = votes[agent] == VariableVote.AGREE.number();
                if (variables.cast(number, from * agents.size() + agent, yes)) {
                    records.vote(yes);
                }
            }
        }
        records.answered(number, from);
    }

    private void closeWhenAllAreIn(final long number) {
        if (records.allAnswered(number)) {
            variables.close(number, sequence + 1);
        }
    }

    /** Takes a frame of another shard; false when it was of no use. */
    private boolean council(final DirectBuffer buffer, final int offset, final long at) {
        final CouncilFrameDecoder frame = lane == null ? null : lane.take(buffer, offset);
        if (frame == null) {
            return false;
        }
        touched = true;
        sequence = at;
        nowNs = frame.timeNs();
        final int kind = frame.kind();
        final long number = frame.proposal();
        final int by = frame.by();
        final int origin = frame.originShard();
        final long version = frame.version();
        final boolean applied = frame.applied() != 0;
        final byte[] nameBytes = new byte[frame.nameLength()];
        frame.getName(nameBytes, 0, nameBytes.length);
        final String name = text(nameBytes);
        final byte[] value = new byte[frame.valueLength()];
        frame.getValue(value, 0, value.length);
        switch (kind) {
            case CouncilKind.PROPOSE ->
                open(new CouncilRecords.Request(0, nowNs, records.seatName(by), "", by), name, text(value));
            case CouncilKind.ASK -> answer(number, name, text(value), by, version);
            case CouncilKind.BALLOT -> {
                if (variables.proposal(number) == null) {
                    return false;
                }
                cast(number, origin, value);
                closeWhenAllAreIn(number);
            }
            case CouncilKind.SETTLED -> told(number, name, text(value), by, version, applied);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void answer(final long number, final String name, final String text, final int by, final long version) {
        final VariableValue value = VariableText.parse(variables.variable(name).spec(), text);
        final byte[] votes = ask(variables.elsewhere(number, name, value, by, version));
        if (lane != null) {
            lane.send(
                    COUNTING,
                    new CouncilLane.Matter(CouncilKind.BALLOT, number, version, by, 0, 0, false),
                    name,
                    votes,
                    nowNs);
        }
    }

    private void told(
            final long number,
            final String name,
            final String text,
            final int by,
            final long version,
            final boolean applied) {
        wishAnswered(by);
        if (applied) {
            final VariableValue value =
                    VariableText.parse(variables.variable(name).spec(), text);
            variables.adopt(name, new VariableVersion(version, sequence + 1, value, by, number));
        }
        records.toldOf(number, applied);
        publish();
    }

    private void wishAnswered(final int by) {
        if (by != VariableVersion.NOBODY && by / agents.size() == shard) {
            wishUnderWay = false;
        }
    }

    private void refused(
            final CouncilRecords.Request request, final String name, final String value, final VariableAnswer answer) {
        output.variable(records.refused(request, sequence, name, value, answer), request.by());
        wishAnswered(request.by());
        final int origin = request.by() == VariableVersion.NOBODY ? COUNTING : request.by() / agents.size();
        if (origin != COUNTING && lane != null) {
            lane.send(
                    origin,
                    new CouncilLane.Matter(CouncilKind.SETTLED, 0, 0, request.by(), 0, 0, false),
                    name,
                    utf8(value),
                    nowNs);
        }
        publish();
    }

    private void settled(final VariableProposal proposal, final Fate fate) {
        final boolean applied = fate == Fate.APPLIED;
        final String name = proposal.variable().spec().name();
        final long version = proposal.variable().version().version();
        output.variable(records.settled(proposal, fate, sequence), proposal.by());
        wishAnswered(proposal.by());
        for (int target = 1; target < shards && lane != null; target++) {
            lane.send(
                    target,
                    new CouncilLane.Matter(
                            CouncilKind.SETTLED,
                            proposal.number(),
                            version,
                            proposal.by(),
                            proposal.yes(),
                            proposal.no(),
                            applied),
                    name,
                    utf8(VariableText.format(proposal.value())),
                    nowNs);
        }
        publish();
    }

    private void publish() {
        records.publish(variables, terms, orders.lastNumber());
    }

    CouncilRecords records() {
        return records;
    }

    /** Digest of all that a future change depends on; 0 while nobody has proposed anything. */
    long digest() {
        return touched ? records.digest(variables.digest() + (wishUnderWay ? 1 : 0)) : 0;
    }

    /** Whether nobody ever proposed anything: then it is no part of hash or snapshot. */
    boolean isUntouched() {
        return !touched;
    }

    void save(final SnapshotWriter out) {
        variables.save(out);
        records.save(out);
        orders.save(out);
        out.putInt(wishUnderWay ? 1 : 0);
        if (lane != null) {
            lane.save(out);
        }
    }

    void load(final SnapshotReader in) {
        variables.load(in);
        records.load(in);
        orders.load(in);
        wish = null;
        wishUnderWay = in.getInt() != 0;
        touched = true;
        if (lane != null) {
            lane.load(in);
        }
        publish();
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
