package io.tagma.tools.fraud;

import io.tagma.tools.ToolException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What learns beside the team. Used by one thread. */
@Command
final class TrialOptions {
    /** Property: the challenger's spec. */
    static final String CHALLENGER = "challenger";
    /** Property: share of cards that it serves. */
    static final String SHARE = "challenger-share";
    /** Property: whether there is a trainer. */
    static final String TRAINER = "trainer";
    /** Property: whether learning curves are kept. */
    static final String CURVES = "learning-curves";

    @Option(
            names = "--challenger",
            paramLabel = "TYPE|rate=F",
            description =
                    "card-fraud: a model beside the single one, the champion: any online model type (trees, forest and"
                            + " neighbours among them), or the single model with its rate multiplied. Cards are split by"
                            + " hash, a sequential test decides, an order in the journal promotes the better (see"
                            + " 'learning' and 'ab' of --summary).")
    private @Nullable String challenger;

    @Option(
            names = "--challenger-share",
            paramLabel = "P",
            description = "card-fraud: share of cards that the challenger serves in the trial (default: 0.5).")
    private @Nullable Double share;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            description = "card-fraud: chance of a wrong verdict of the trial, each way (default: 0.05).")
    private @Nullable Double alpha;

    @Option(
            names = "--trial-from",
            paramLabel = "EVENT",
            description = "card-fraud: first event whose outcome counts in the trial (default: 150000, two weeks of"
                    + " simulated payments, when both have learnt a week of outcomes).")
    private @Nullable Long trialFrom;

    @Option(
            names = "--trainer",
            description = "card-fraud: an automated trainer beside the engine publishes versions of a model 'trained'.")
    private boolean trainer;

    @Option(names = "--learning", description = "card-fraud: keep learning curves; with the two above they always are.")
    private boolean learning;

    /** Chance of a wrong verdict, each way. */
    double alpha() {
        final double value = alpha == null ? 0.05 : alpha;
        if (!(value > 0 && value < 1)) {
            throw ToolException.usage("--alpha must be between 0 and 1: " + value);
        }
        return value;
    }

    /** First event that counts. */
    long trialFrom() {
        final long value = trialFrom == null ? 150_000 : trialFrom;
        if (value < 1) {
            throw ToolException.usage("--trial-from must be 1 or more: " + value);
        }
        return value;
    }

    /**
     * What the journal is to note of these: as given, or as an earlier run on the directory had it.
     *
     * @throws ToolException when something makes no sense, or is not as it was
     */
    Map<String, String> properties(final Map<String, String> journaled) {
        final Map<String, String> given = new LinkedHashMap<>();
        if (challenger != null) {
            try {
                Contender.check(challenger);
            } catch (final IllegalArgumentException e) {
                throw ToolException.usage("--challenger: " + e.getMessage());
            }
            given.put(CHALLENGER, challenger);
            given.put(SHARE, Double.toString(share()));
        } else if (!journaled.containsKey(CHALLENGER) && (share != null || alpha != null || trialFrom != null)) {
            throw ToolException.usage("--challenger-share, --alpha and --trial-from go with --challenger");
        }
        if (trainer) {
            given.put(TRAINER, "true");
        }
        if (!given.isEmpty() || learning) {
            given.put(CURVES, "true");
        }
        return journaled.isEmpty() ? given : asBefore(given, journaled);
    }

    private Map<String, String> asBefore(final Map<String, String> given, final Map<String, String> journaled) {
        final Map<String, String> before = new LinkedHashMap<>();
        for (final String key : new String[] {CHALLENGER, SHARE, TRAINER, CURVES}) {
            final String value = journaled.get(key);
            if (value != null) {
                before.put(key, value);
            }
            if (given.containsKey(key) && !given.get(key).equals(value) && !key.equals(CURVES)) {
                throw new ToolException("the directory was made with " + (value == null ? "no " : "") + key
                        + (value == null ? "" : " " + value) + ": --" + key
                        + " cannot be changed there; leave it out or take another --dir");
            }
        }
        if (learning) {
            before.put(CURVES, "true");
        }
        return before;
    }

    private double share() {
        final double value = share == null ? 0.5 : share;
        if (!(value > 0 && value < 1)) {
            throw ToolException.usage("--challenger-share must be between 0 and 1: " + value);
        }
        return value;
    }
}
