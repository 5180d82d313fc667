package io.tagma.tools.council;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.council.BallotBox;
import io.tagma.engine.council.BallotCode;
import io.tagma.engine.council.CountingRule;
import io.tagma.engine.council.VoteCount;
import io.tagma.engine.council.VoteTerms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts a file's ballots into the engine's box and says what came of the count. Used by one thread. */
final class TallyReport {
    private static final double EXACT_WHOLE = 1L << 53;
    private static final int UNKNOWN = -1;

    private final BallotFile file;
    private final BallotBox box;
    private final VoteCount count;
    private final List<String> voters;
    private final Map<String, Integer> roll = new HashMap<>();
    private final Map<String, Integer> options = new HashMap<>();
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    TallyReport(final BallotFile file) {
        this.file = file;
        this.voters = new ArrayList<>(file.weights().keySet());
        this.box = new BallotBox(voters.size(), file.options().size());
        this.count = new VoteCount(file.options().size());
        box.open(voters.size(), file.options().size());
        for (int i = 0; i < voters.size(); i++) {
            roll.put(voters.get(i), i);
            box.weigh(i, file.weights().getOrDefault(voters.get(i), 1.0));
        }
        for (int i = 0; i < file.options().size(); i++) {
            options.put(file.options().get(i), i);
        }
    }

    /** The count as one JSON object. */
    ObjectNode count(final VoteTerms terms) {
        final List<String> reasons = cast();
        count.run(box, terms);
        json.put("rule", terms.rule().label());
        json.put("carried", count.verdict().carried());
        json.put("winner", count.verdict().carried() ? file.options().get(count.winner()) : null);
        json.put("reason", count.verdict().describe());
        final ObjectNode tally = json.putObject("tally");
        for (int i = 0; i < file.options().size(); i++) {
            number(tally, file.options().get(i), count.tally(i));
        }
        number(json, "turnout", count.turnout());
        final ArrayNode dissent = json.putArray("dissent");
        for (int i = 0; i < voters.size(); i++) {
            if (count.dissents(box, i)) {
                dissent.add(voters.get(i));
            }
        }
        refused(reasons);
        if (terms.rule() == CountingRule.CONDORCET) {
            final ArrayNode cycle = json.putArray("cycle");
            for (int i = 0; i < file.options().size(); i++) {
                if (count.inCycle(i)) {
                    cycle.add(file.options().get(i));
                }
            }
        }
        return json;
    }

    /** Casts all ballots; why each does not count, or an empty text. */
    private List<String> cast() {
        final List<String> reasons = new ArrayList<>();
        for (final BallotFile.Ballot ballot : file.ballots()) {
            reasons.add(cast(ballot));
        }
        return reasons;
    }

    private String cast(final BallotFile.Ballot ballot) {
        final int voter = roll.getOrDefault(ballot.voter(), UNKNOWN);
        if (voter == UNKNOWN) {
            return BallotCode.describe(BallotCode.NOT_ON_ROLL);
        }
        final String fault = ballot.fault();
        if (fault != null) {
            return fault;
        }
        if (ballot.ranking().isEmpty()) {
            return reason(box.abstain(voter, ballot.veto()), "");
        }
        final int[] ranking = new int[ballot.ranking().size()];
        String unknown = "";
        for (int i = 0; i < ranking.length; i++) {
            ranking[i] = options.getOrDefault(ballot.ranking().get(i), UNKNOWN);
            unknown = ranking[i] == UNKNOWN ? ballot.ranking().get(i) : unknown;
        }
        return reason(box.rank(voter, ranking, 0, ranking.length, ballot.veto()), unknown);
    }

    private static String reason(final int code, final String unknown) {
        return switch (code) {
            case BallotCode.ACCEPTED -> "";
            case BallotCode.UNKNOWN_OPTION -> BallotCode.describe(code) + " '" + unknown + "'";
            default -> BallotCode.describe(code);
        };
    }

    // A voter's first ballot was taken before the second gave it away: it is refused with the others.
    private void refused(final List<String> reasons) {
        final ArrayNode refused = json.putArray("refused");
        for (int i = 0; i < reasons.size(); i++) {
            final String voter = file.ballots().get(i).voter();
            final int onRoll = roll.getOrDefault(voter, UNKNOWN);
            final boolean voided = reasons.get(i).isEmpty() && onRoll != UNKNOWN && box.equivocated(onRoll);
            if (voided || !reasons.get(i).isEmpty()) {
                refused.addObject()
                        .put("voter", voter)
                        .put("reason", voided ? BallotCode.describe(BallotCode.EQUIVOCATED) : reasons.get(i));
            }
        }
    }

    private static void number(final ObjectNode target, final String field, final double value) {
        if (value == Math.rint(value) && Math.abs(value) < EXACT_WHOLE) {
            target.put(field, (long) value);
        } else {
            target.put(field, value);
        }
    }
}
