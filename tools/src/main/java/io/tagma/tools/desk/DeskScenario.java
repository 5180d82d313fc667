package io.tagma.tools.desk;

import io.tagma.engine.EngineContext;
import io.tagma.engine.training.DriftPolicy;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.RunRequest;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Vocabulary;
import io.tagma.tools.scenario.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Utterances are classified, their work is auctioned among the operators of their domain, and what they meant teaches the
 * classifier. Used by one thread.
 */
public final class DeskScenario implements Scenario {
    /** How it is called. */
    public static final String NAME = "intent-desk";

    private static final int STANDARD_EVERY = 5_000;

    private static final Vocabulary VOCABULARY = new Vocabulary(Map.of(), List.of(), List.of("none", "handled"));

    private final DeskFlags flags = new DeskFlags();

    /** What only this scenario understands. */
    @Command
    private static final class DeskFlags {
        @Option(
                names = "--eval",
                paramLabel = "F",
                description = "intent-desk: utterances asked of the frozen model after the pass")
        private @Nullable Path eval;

        @Option(
                names = "--oos",
                paramLabel = "F",
                description = "intent-desk: utterances of no known intent, asked of the frozen model")
        private @Nullable Path outOfScope;

        @Option(
                names = "--domains",
                paramLabel = "F",
                description = "intent-desk: JSON of domain to intents; without it all are one domain")
        private @Nullable Path domains;

        @Option(
                names = "--shuffle",
                paramLabel = "SEED",
                description = "intent-desk: learn in this random order instead of the file's")
        private @Nullable Long shuffle;

        @Option(
                names = "--simulate-users",
                paramLabel = "N",
                description = "intent-desk: N users with habits say the utterances; shows what behaviour adds")
        private int users;

        @Option(
                names = "--drift",
                paramLabel = "REACTION",
                description =
                        "intent-desk: what the classifier does when labels drift: adapt, reset, challenger, fallback"
                                + " or none (default: none)")
        private String drift = DeskContexts.NO_DRIFT;

        @Option(
                names = "--consolidate",
                description = "intent-desk: networks are taught all lessons beside the engine and published into it, at"
                        + " journaled sequences, before the last tenth of the lessons (by which the threshold for"
                        + " rejection is set) and behind the last; what names add is not compared then")
        private boolean consolidate;

        @Option(
                names = "--consolidate-every",
                paramLabel = "N",
                description = "intent-desk: with --consolidate, lessons between two publications (default: 5000)")
        private @Nullable Integer consolidateEvery;

        @Option(
                names = "--market",
                paramLabel = "RULE",
                description =
                        "intent-desk: operators buy tasks in credits by this rule: first, vickrey, english, dutch or"
                                + " vcg")
        private @Nullable String market;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String about() {
        return "utterances (--input TSV) classified, auctioned among operators, learnt from in one pass";
    }

    @Override
    public Object options() {
        return flags;
    }

    @Override
    public Workload workload(final RunRequest request) {
        final Path input = request.input();
        if (input == null) {
            throw ToolException.usage(
                    "intent-desk needs --input F, a file of INTENT<tab>UTTERANCE lines, plain or gzip");
        }
        if (flags.users < 0 || flags.users > 1_000_000) {
            throw ToolException.usage("--simulate-users must be 0 to 1000000: " + flags.users);
        }
        try {
            DriftPolicy.parse(flags.drift);
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage("--drift: " + e.getMessage());
        }
        try {
            if (flags.market != null) {
                DeskMarket.rule(flags.market);
            }
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage(String.valueOf(e.getMessage()));
        }
        final Integer given = flags.consolidateEvery;
        if (given != null && (given < 1 || !flags.consolidate)) {
            throw ToolException.usage("--consolidate-every must be 1 or more, and goes with --consolidate: " + given);
        }
        final String market = flags.market == null ? request.journaled().get(DeskMarket.PROPERTY) : flags.market;
        final DeskOptions options = new DeskOptions(
                input,
                flags.eval,
                flags.outOfScope,
                flags.domains,
                flags.shuffle,
                flags.users,
                flags.drift,
                request.seedOr(1),
                market,
                flags.consolidate ? given == null ? STANDARD_EVERY : given : 0);
        try {
            if (market != null) {
                DeskMarket.rule(market);
            }
            return new DeskWorkload(DeskData.read(options), options);
        } catch (final IllegalArgumentException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public EngineContext context(final ScenarioSettings settings) {
        final String catalogue = settings.properties().get(DeskContexts.CATALOGUE);
        if (catalogue == null) {
            throw new ToolException("the journal notes no catalogue of intents; it was not written by intent-desk");
        }
        return settings.noteIn(DeskContexts.of(
                Catalogue.parse(catalogue),
                settings.properties().getOrDefault(DeskContexts.DRIFT, DeskContexts.NO_DRIFT),
                settings.properties().get(DeskMarket.PROPERTY)));
    }

    @Override
    public Vocabulary vocabulary() {
        return VOCABULARY;
    }
}
