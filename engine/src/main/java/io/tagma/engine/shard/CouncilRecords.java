package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.council.variable.Fate;
import io.tagma.engine.council.variable.VariableAnswer;
import io.tagma.engine.council.variable.VariableCode;
import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableRecord;
import io.tagma.engine.council.variable.VariableStatus;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.council.variable.VariableText;
import io.tagma.engine.council.variable.VariableVersion;
import io.tagma.engine.council.variable.Variables;
import io.tagma.engine.ingest.Subjects;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who proposed what and why, which shards have voted, and what came of it: the newest {@value #MOST_RECORDS} proposals. Owned by the
 * shard's thread, but for {@link #status()}.
 */
final class CouncilRecords {
    private static final int MOST_RECORDS = 256;

    private final List<AgentDescriptor> agents;
    private final int shards;
    private final Map<Long, Open> open = new TreeMap<>();
    private final Deque<VariableRecord> records = new ArrayDeque<>();
    private Request next = new Request(0, 0, "", "", VariableVersion.NOBODY);
    private long lastSettled;
    private long votes;
    private long dissent;
    private long applied;
    private long rejected;
    private long refused;
    private volatile VariableStatus status = VariableStatus.NONE;

    /** With whom a proposal came: number of the order, 0 for an agent's; when; who; why; seat or nobody. */
    record Request(long order, long timeNs, String who, String why, int by) {}

    /** One that waits: bit s of {@code answered} is set when shard s has voted. */
    private record Open(Request request, long answered) {}

    CouncilRecords(final List<AgentDescriptor> agents, final int shards) {
        this.agents = agents;
        this.shards = shards;
    }

    /** An agent's name, with its shard where there are several. */
    String seatName(final int seat) {
        if (seat == VariableVersion.NOBODY) {
            return "";
        }
        final String name = agents.get(seat % agents.size()).name();
        return shards == 1 ? name : name + "@" + seat / agents.size();
    }

    /** The request with which the next proposal is made. */
    void next(final Request request) {
        next = request;
    }

    /** It has a number. */
    void opened(final long number) {
        open.put(number, new Open(next, 0));
    }

    void vote(final boolean yes) {
        votes++;
        dissent += yes ? 0 : 1;
    }

    void answered(final long number, final int from) {
        open.computeIfPresent(number, (n, was) -> new Open(was.request, was.answered | 1L << from));
    }

    boolean allAnswered(final long number) {
        final Open waiting = open.get(number);
        return waiting != null && Long.bitCount(waiting.answered) == shards;
    }

    /** A shard that does not count was told. */
    void toldOf(final long number, final boolean wasApplied) {
        lastSettled = Math.max(lastSettled, number);
        applied += wasApplied ? 1 : 0;
    }

    VariableRecord settled(final VariableProposal proposal, final Fate fate, final long sequence) {
        final Open was = open.remove(proposal.number());
        final Request request = was == null ? next : was.request;
        final boolean done = fate == Fate.APPLIED;
        lastSettled = Math.max(lastSettled, proposal.number());
        applied += done ? 1 : 0;
        rejected += done ? 0 : 1;
        return kept(new VariableRecord(
                sequence,
                proposal.number(),
                request.order,
                request.timeNs,
                request.who,
                request.why,
                proposal.variable().spec().name(),
                VariableText.format(proposal.value()),
                VariableCode.OK,
                fate,
                proposal.variable().version().version(),
                proposal.yes(),
                proposal.no(),
                proposal.dissent().stream().map(this::seatName).toList(),
                ""));
    }

    VariableRecord refused(
            final Request request,
            final long sequence,
            final String name,
            final String value,
            final VariableAnswer answer) {
        refused++;
        return kept(new VariableRecord(
                sequence,
                0,
                request.order,
                request.timeNs,
                request.who,
                request.why,
                name,
                value,
                answer.code(),
                Fate.REJECTED,
                0,
                0,
                0,
                List.of(),
                answer.reason()));
    }

    private VariableRecord kept(final VariableRecord made) {
        if (records.size() == MOST_RECORDS) {
            records.removeFirst();
        }
        records.addLast(made);
        return made;
    }

    void publish(final Variables variables, final List<VariableTerms> terms, final long lastOrder) {
        final List<VariableStatus.Held> held = new ArrayList<>();
        for (final VariableTerms one : terms) {
            held.add(new VariableStatus.Held(
                    one.spec(),
                    one.policy().policyName(),
                    variables.variable(one.spec().name()).history()));
        }
        status = new VariableStatus(
                lastOrder,
                lastSettled,
                open.size(),
                votes,
                dissent,
                applied,
                rejected,
                refused,
                held,
                List.copyOf(records));
    }

    /** As it was after the last change; any thread. */
    VariableStatus status() {
        return status;
    }

    /** A digest of what is open, upon another one. */
    long digest(final long of) {
        long hash = Subjects.mix(of ^ 0x7661726961626c65L);
        for (final Map.Entry<Long, Open> one : open.entrySet()) {
            hash = Subjects.mix(hash ^ one.getKey());
            hash = Subjects.mix(hash ^ one.getValue().answered);
        }
        return hash;
    }

    void save(final SnapshotWriter out) {
        for (final long count : new long[] {lastSettled, votes, dissent, applied, rejected, refused}) {
            out.putLong(count);
        }
        out.putInt(open.size());
        open.forEach((number, one) -> {
            out.putLong(number);
            out.putLong(one.answered);
            out.putLong(one.request.order);
            out.putLong(one.request.timeNs);
            out.putInt(one.request.by);
            out.putText(one.request.who);
            out.putText(one.request.why);
        });
        out.putInt(records.size());
        records.forEach(one -> save(out, one));
    }

    private static void save(final SnapshotWriter out, final VariableRecord one) {
        out.putLong(one.sequence());
        out.putLong(one.proposal());
        out.putLong(one.order());
        out.putLong(one.timeNs());
        out.putLong(one.version());
        out.putText(one.code().name());
        out.putText(one.fate().name());
        out.putInt(one.yes());
        out.putInt(one.no());
        for (final String text : List.of(one.who(), one.why(), one.name(), one.value(), one.reason())) {
            out.putText(text);
        }
        out.putInt(one.dissent().size());
        one.dissent().forEach(name -> out.putText(name));
    }

    void load(final SnapshotReader in) {
        lastSettled = in.getLong();
        votes = in.getLong();
        dissent = in.getLong();
        applied = in.getLong();
        rejected = in.getLong();
        refused = in.getLong();
        open.clear();
        for (int i = in.getInt(); i > 0; i--) {
            final long number = in.getLong();
            final long answered = in.getLong();
            final long order = in.getLong();
            final long timeNs = in.getLong();
            final int by = in.getInt();
            open.put(number, new Open(new Request(order, timeNs, in.getText(), in.getText(), by), answered));
        }
        records.clear();
        for (int i = in.getInt(); i > 0; i--) {
            records.addLast(load1(in));
        }
    }

    private static VariableRecord load1(final SnapshotReader in) {
        final long sequence = in.getLong();
        final long proposal = in.getLong();
        final long order = in.getLong();
        final long timeNs = in.getLong();
        final long version = in.getLong();
        final VariableCode code = VariableCode.valueOf(in.getText());
        final Fate fate = Fate.valueOf(in.getText());
        final int yes = in.getInt();
        final int no = in.getInt();
        final String who = in.getText();
        final String why = in.getText();
        final String name = in.getText();
        final String value = in.getText();
        final String reason = in.getText();
        final List<String> dissenters = new ArrayList<>();
        for (int i = in.getInt(); i > 0; i--) {
            dissenters.add(in.getText());
        }
        return new VariableRecord(
                sequence,
                proposal,
                order,
                timeNs,
                who,
                why,
                name,
                value,
                code,
                fate,
                version,
                yes,
                no,
                dissenters,
                reason);
    }
}
