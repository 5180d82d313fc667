package io.tagma.tools.replay;

import io.tagma.engine.agent.Explanation;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.SubjectNames;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.kernel.FloatMath;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.shard.DecisionCauses;
import io.tagma.engine.shard.DecisionTrace;
import io.tagma.tools.scenario.Vocabulary;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** One decision on paper: event, voices with what weighed most, result, rows before and after. Used by one thread. */
final class ExplainReport {
    private static final double NS_PER_MS = 1e6;
    private static final int HEAVIEST = 5;
    private static final int WIDE_ROW = 32;
    private static final int CROWD = 32;
    private static final int BEST_OF_CROWD = 12;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final PrintStream out;
    private final SubjectNames names;
    private final Vocabulary vocabulary;

    ExplainReport(final PrintStream out, final SubjectNames names, final Vocabulary vocabulary) {
        this.out = out;
        this.names = names;
        this.vocabulary = vocabulary;
    }

    void print(final DecisionTrace trace) {
        line("decision", "sequence %d on shard %d, event %d", trace.sequence(), trace.shard(), trace.correlationId());
        event(trace);
        out.println();
        if (trace.intent().protocol() == IntentSpec.Protocol.VOTE) {
            ballots(trace);
        } else {
            bids(trace);
        }
        result(trace);
        causes(trace.causes());
        trace.rows().forEach(this::row);
    }

    private void causes(final DecisionCauses causes) {
        out.println();
        line(
                "outcomes",
                causes.outcomes() == 0 ? "none were taught before" : "%d were taught before, the last at input %d",
                causes.outcomes(),
                causes.outcomeInput());
        int untouched = 0;
        for (final DecisionCauses.Held held : causes.variables()) {
            if (held.version() == 0) {
                untouched++;
                continue;
            }
            line(
                    "variable",
                    "%s = %s, version %d since input %d, proposal %d %s",
                    held.name(),
                    held.value(),
                    held.version(),
                    held.since(),
                    held.proposal(),
                    held.vote());
        }
        if (untouched > 0) {
            line("variables", "%d at their first values", untouched);
        }
        for (final DecisionCauses.Clock clock : causes.clocks()) {
            line("clock", "%s %s", clock.agent(), clock.clock());
        }
        for (final DecisionCauses.Message message : causes.messages()) {
            line(
                    "knew of",
                    "message %d of %s to %s, received at input %d, clock %s",
                    message.kind(),
                    message.from(),
                    message.to(),
                    message.sequence(),
                    message.clock());
        }
    }

    private void event(final DecisionTrace trace) {
        line("time", "%s", Instant.ofEpochSecond(trace.timeNs() / NS_PER_SECOND, trace.timeNs() % NS_PER_SECOND));
        line("subject", "%s", names.format(trace.subject()));
        if (trace.peer() != 0) {
            line("peer", "%s", names.format(trace.peer()));
        }
        for (int i = 0; i < trace.values().size(); i++) {
            line(vocabulary.value(i), "%s", number(trace.values().get(i)));
        }
        if (!trace.text().isEmpty()) {
            line("text", "%s", trace.text());
        }
        line(
                "intent",
                "%s%s",
                trace.intent().name(),
                trace.confidence() == 1f
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                " with probability %.3f, strangeness %.3f",
                                trace.confidence(),
                                trace.outOfScope()));
    }

    private void ballots(final DecisionTrace trace) {
        out.printf(
                Locale.ROOT, "  %-14s%10s%10s%10s   %s%n", "voter", "log-odds", "p", "standing", "what weighed most");
        for (final DecisionTrace.Voice voice : trace.voices()) {
            out.printf(
                    Locale.ROOT,
                    "  %-14s%10s%10s%10s   %s%n",
                    voice.agent(),
                    number(voice.logOdds()),
                    Float.isNaN(voice.logOdds()) ? "-" : number(FloatMath.sigmoid(voice.logOdds())),
                    voice.shadow() ? "shadow" : number(voice.standing()),
                    Float.isNaN(voice.logOdds()) ? "abstained or failed" : "");
            weights(voice);
        }
    }

    private void bids(final DecisionTrace trace) {
        out.printf(Locale.ROOT, "  %-14s%14s%10s%n", "bidder", "bid (micros)", "standing");
        final List<DecisionTrace.Voice> shown = bidders(trace);
        for (final DecisionTrace.Voice voice : shown) {
            out.printf(
                    Locale.ROOT,
                    "  %-14s%14s%10s%s%n",
                    voice.agent(),
                    voice.shadow() ? "shadow" : voice.bidMicros() == DecisionTrace.NO_BID ? "none" : voice.bidMicros(),
                    number(voice.standing()),
                    place(trace, voice));
            weights(voice);
        }
        if (shown.size() < trace.voices().size()) {
            out.printf(
                    Locale.ROOT,
                    "  %d more were asked, %d of them bid less%n",
                    trace.voices().size() - shown.size(),
                    trace.voices().stream()
                                    .filter(v -> v.bidMicros() != DecisionTrace.NO_BID)
                                    .count()
                            - shown.size());
        }
    }

    /** All who were asked in their order; of a crowd those with the best bids. */
    private static List<DecisionTrace.Voice> bidders(final DecisionTrace trace) {
        if (trace.voices().size() <= CROWD) {
            return trace.voices();
        }
        final AuctionTerms terms = trace.intent().terms();
        final boolean lowest = terms != null && terms.direction() == AuctionDirection.PROCUREMENT;
        final Comparator<DecisionTrace.Voice> order = Comparator.comparingLong(DecisionTrace.Voice::bidMicros);
        return trace.voices().stream()
                .filter(voice -> voice.bidMicros() != DecisionTrace.NO_BID)
                .sorted(lowest ? order : order.reversed())
                .limit(BEST_OF_CROWD)
                .toList();
    }

    private static String place(final DecisionTrace trace, final DecisionTrace.Voice voice) {
        final DecisionTrace.Deal deal = trace.deal();
        if (deal == null || deal.awards().isEmpty()) {
            return voice.agent().equals(trace.winner()) ? "   won" : "";
        }
        for (int s = 0; s < deal.awards().size(); s++) {
            if (deal.awards().get(s).agent().equals(voice.agent())) {
                return "   won slot " + s;
            }
        }
        return "";
    }

    private void awards(final DecisionTrace.Deal deal) {
        out.printf(
                Locale.ROOT,
                "%n  %-6s%10s  %-14s%14s%14s  %-18s%s%n",
                "slot",
                "weight",
                "winner",
                "bid (micros)",
                "price",
                "contract",
                "balance");
        for (int s = 0; s < deal.awards().size(); s++) {
            final DecisionTrace.Award award = deal.awards().get(s);
            out.printf(
                    Locale.ROOT,
                    "  %-6d%10.4f  %-14s%14d%14d  %-18s%d%n",
                    s,
                    award.weightPpm() / 1e6,
                    award.agent(),
                    award.bidMicros(),
                    award.priceMicros(),
                    award.contract() < 0 ? "none" : award.contract() + " " + award.state(),
                    award.balanceMicros());
        }
    }

    private void weights(final DecisionTrace.Voice voice) {
        for (final Explanation.Weight weight : voice.explanation().heaviest(HEAVIEST)) {
            out.printf(
                    Locale.ROOT,
                    "  %44s   %+8.3f  %s = %s%n",
                    "",
                    weight.contribution(),
                    weight.feature(),
                    number(weight.value()));
        }
    }

    private void result(final DecisionTrace trace) {
        out.println();
        line("status", "%s", Decision.describe(trace.status()));
        line("score", "%s", number(trace.score()));
        line("action", "%s", vocabulary.action(trace.action()));
        if (!trace.winner().isEmpty()) {
            line("winner", "%s for %d micro-credits", trace.winner(), trace.priceMicros());
        }
        final DecisionTrace.Deal deal = trace.deal();
        if (deal != null) {
            line("auction", "%s", String.valueOf(trace.intent().terms()));
            line("bids", "%d within the reserve, %d refused", deal.admitted(), deal.refused());
            line("contract", "%s", deal.contract() < 0 ? "none" : "%d %s".formatted(deal.contract(), deal.state()));
            line("escrow", "%d micro-credits", deal.escrowMicros());
            line("balance", "%d micro-credits (winner)", deal.balanceMicros());
            if (!deal.awards().isEmpty()) {
                awards(deal);
            }
            if (deal.asked() != null) {
                asked(deal.asked());
            }
        }
    }

    private void asked(final DecisionTrace.Asked asked) {
        out.println();
        line("asked", "bids, for the event of sequence %d", asked.eventSequence());
        line("window", "%.3f ms, ended since %s", asked.windowNs() / NS_PER_MS, asked.end());
        out.printf(
                Locale.ROOT,
                "  %-14s%9s%14s%12s%12s%n",
                "asked for",
                "service",
                "bid (micros)",
                "after ms",
                "sequence");
        for (final DecisionTrace.AskedBid bid : asked.bids()) {
            out.printf(
                    Locale.ROOT,
                    "  %-14s%9d%14s%12s%12s%s%n",
                    bid.agent(),
                    bid.service(),
                    bid.micros() == DecisionTrace.NO_BID ? "none" : bid.micros(),
                    bid.sequence() == 0 ? "-" : String.format(Locale.ROOT, "%.3f", bid.afterNs() / NS_PER_MS),
                    bid.sequence() == 0 ? "-" : bid.sequence(),
                    bid.late() ? "   late" : bid.sequence() == 0 ? "   no answer" : "");
        }
    }

    private void row(final DecisionTrace.RowChange row) {
        out.println();
        final String who = names.format(row.subject());
        if (!row.here()) {
            line("row", "%s lives on another shard; its part is among the features", who);
            return;
        }
        out.printf(Locale.ROOT, "  %-28s%14s%14s%n", who, "before", "after");
        final boolean wide = row.after().size() > WIDE_ROW;
        int unchanged = 0;
        for (int i = 0; i < row.after().size(); i++) {
            final float after = row.after().get(i);
            final float was = row.before().isEmpty() ? 0f : row.before().get(i);
            final boolean same = Float.compare(was, after) == 0;
            if (wide && same) {
                unchanged++;
                continue;
            }
            out.printf(
                    Locale.ROOT,
                    "  %-28s%14s%14s%s%n",
                    vocabulary.row(Subjects.kind(row.subject()), i),
                    row.before().isEmpty() ? "new" : number(was),
                    number(after),
                    same ? "" : " *");
        }
        if (unchanged > 0) {
            out.printf(Locale.ROOT, "  %d more floats, unchanged%n", unchanged);
        }
    }

    /** Seven significant digits at most, and no more than it takes. */
    static String number(final float value) {
        if (Float.isNaN(value)) {
            return "-";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e7f) {
            return Long.toString((long) value);
        }
        return String.format(Locale.ROOT, Math.abs(value) < 1e-3f || Math.abs(value) >= 1e7f ? "%.3e" : "%.4f", value);
    }

    private void line(final String label, final String format, final Object... values) {
        out.printf(Locale.ROOT, "  %-14s%s%n", label, String.format(Locale.ROOT, format, values));
    }
}
