package io.tagma.tools.council;

import io.tagma.engine.council.CountingRule;
import io.tagma.engine.council.VoteTerms;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagma council tally}: counts a file of ballots with the engine's own count. Used by one thread. */
@Command(
        name = "tally",
        mixinStandardHelpOptions = true,
        description = {
            "Counts ballots and prints one JSON object; exit code 0 whether or not an option",
            "carried, 1 when the file makes no sense.",
            "",
            "The file: {\"options\":[\"a\",\"b\"], \"voters\":[{\"id\":\"v\",\"weight\":2},{\"id\":\"w\"}],",
            "\"ballots\":[{\"voter\":\"v\",\"choice\":\"a\"},",
            "{\"voter\":\"w\",\"ranking\":[\"b\",\"a\"],\"veto\":true}],",
            "\"threshold\":0.6, \"quorum\":0.5}",
            "  weight     of the voter under 'weighted'; default 1. Other rules count heads.",
            "  choice     an option; null or \"abstain\" abstains. Counts as a ranking of one.",
            "  ranking    options, the best first; not all need be ranked. Rules of one",
            "             choice count the first.",
            "  veto       true: nothing carries, whatever the count. Default false.",
            "  threshold  share of the votes cast that is enough, abstentions aside. Default",
            "             2/3 under 'supermajority', more than half under 'weighted'; other",
            "             rules have none.",
            "  quorum     share of the roll that must have cast a valid ballot, abstentions",
            "             included. Default 0.",
            "",
            "Printed: the tally; turnout, the share of the roll that cast a valid ballot",
            "(of its weight under 'weighted', else of heads); dissent, who put another option",
            "first than the one that carried; refused ballots with reasons. The same ballot",
            "twice counts once; a voter whose ballots differ counts not at all. A tie goes to",
            "the option listed first, except under 'condorcet'; the reason says so."
        })
final class TallyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--rule",
            required = true,
            paramLabel = "RULE",
            description = "plurality, majority, supermajority, unanimous, weighted, borda, irv or condorcet.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String ruleName;

    @Option(names = "--ballots", required = true, paramLabel = "FILE", description = "The ballots, in JSON.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    TallyCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final CountingRule rule = rule();
        final BallotFile ballots = BallotFile.read(file);
        final VoteTerms terms = new VoteTerms(rule, ballots.threshold(), ballots.quorum());
        terminal.out().println(new TallyReport(ballots).count(terms));
        return Tagma.EXIT_OK;
    }

    private CountingRule rule() {
        try {
            return CountingRule.of(ruleName);
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage("--rule: " + e.getMessage());
        }
    }
}
