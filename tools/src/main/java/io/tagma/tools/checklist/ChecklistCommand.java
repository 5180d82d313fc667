package io.tagma.tools.checklist;

import io.tagma.engine.intent.IntentModels;
import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.desk.Utterance;
import io.tagma.tools.desk.UtteranceFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma checklist}: behavioural tests of the intent classifier. */
@Command(
        name = "checklist",
        mixinStandardHelpOptions = true,
        description = "Tests how the intent classifier behaves.",
        synopsisSubcommandLabel = "COMMAND")
public final class ChecklistCommand implements Callable<Integer> {
    private ChecklistCommand() {}

    /** The command with what it can do, for a terminal. */
    public static CommandLine commandLine(final Terminal terminal) {
        final CommandLine checklist = new CommandLine(new ChecklistCommand());
        checklist.addSubcommand(new Run(terminal));
        return checklist;
    }

    @Override
    public Integer call() {
        throw ToolException.usage("say what to do; there is: run");
    }

    /** {@code tagma checklist run}. */
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Teaches a classifier, runs a suite, and fails when a ceiling is broken.")
    static final class Run implements Callable<Integer> {
        private static final int HELD_OUT = 10;

        private final Terminal terminal;

        @Parameters(paramLabel = "SUITE", description = "A YAML file, or 'builtin' for one over CLINC150.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String suite;

        @Option(
                names = "--train",
                required = true,
                paramLabel = "FILE",
                description = "INTENT<tab>TEXT, plain or gzip.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path train;

        @Option(
                names = "--unseen",
                paramLabel = "FILE",
                description = "Texts to change (default: every tenth of --train, which is then not taught).")
        private @Nullable Path unseen;

        @Option(names = "--model", paramLabel = "NAME", description = "What is tested (default: ${DEFAULT-VALUE}).")
        private String model = IntentModels.ADAGRAD_SOFTMAX;

        @Option(
                names = "--search",
                paramLabel = "N",
                description = "In so many texts look for the fewest slips of the pen that change the answer.")
        private int search;

        @Mixin
        private final JsonSummary summary = new JsonSummary();

        @Option(names = "--seed", paramLabel = "N", description = "Of orders and changes (default: 1).")
        private long seed = 1;

        Run(final Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            summary.check();
            if (!Subject.models().contains(model)) {
                throw ToolException.usage("--model must be one of " + Subject.models() + ": " + model);
            }
            if (search < 0) {
                throw ToolException.usage("--search must be 0 or more: " + search);
            }
            final List<Behaviour> tests = SuiteFile.read(suite);
            final List<Utterance> taught = read(train);
            final List<Utterance> changed = unseen == null ? heldOut(taught) : read(unseen);
            final Subject subject = new Subject(model, taught, seed);
            final Checklist checklist = new Checklist(subject, changed, seed);
            terminal.out().printf(Locale.ROOT, "  %-32s %6s %8s %8s%n", "test", "cases", "failed", "ceiling");
            final List<Verdict> verdicts = new ArrayList<>();
            for (final Behaviour test : tests) {
                verdicts.add(checklist.run(test));
                print(verdicts.getLast());
            }
            final ChecklistReport report = new ChecklistReport(suite, model, verdicts);
            if (search > 0) {
                final EditSearch edits = new EditSearch(subject);
                edits.search(changed, search, seed);
                print(edits);
                report.add(edits);
            }
            summary.write(report::json);
            final long broken =
                    verdicts.stream().filter(verdict -> !verdict.holds()).count();
            terminal.out()
                    .println(broken == 0 ? "all ceilings hold" : broken + " of " + tests.size() + " ceilings broken");
            return broken == 0 ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
        }

        private void print(final EditSearch edits) {
            final StringBuilder line = new StringBuilder();
            for (int n = 1; n <= EditSearch.MOST_EDITS; n++) {
                line.append(String.format(
                        Locale.ROOT, "%.1f %% by %d, ", 100.0 * edits.byEdits(n) / Math.max(1, edits.texts()), n));
            }
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "  fewest slips that change the answer, of %d texts: %s%.1f %% stand%n",
                            edits.texts(),
                            line,
                            100.0 * edits.byEdits(0) / Math.max(1, edits.texts()));
            edits.examples().forEach(example -> terminal.out().println("      " + example));
        }

        private static List<Utterance> read(final Path file) {
            try {
                return UtteranceFile.read(file);
            } catch (final IllegalArgumentException e) {
                throw new ToolException(String.valueOf(e.getMessage()));
            }
        }

        /** Takes every tenth text out of {@code taught}. */
        private static List<Utterance> heldOut(final List<Utterance> taught) {
            final List<Utterance> out = new ArrayList<>();
            final List<Utterance> kept = new ArrayList<>();
            for (int i = 0; i < taught.size(); i++) {
                (i % HELD_OUT == HELD_OUT - 1 ? out : kept).add(taught.get(i));
            }
            if (out.isEmpty()) {
                throw new ToolException("--train has only " + taught.size() + " texts; give " + HELD_OUT
                        + " or more, or the texts to change with --unseen");
            }
            taught.clear();
            taught.addAll(kept);
            return out;
        }

        private void print(final Verdict verdict) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s %-32s %6d %7.2f%% %7.2f%%%n",
                            verdict.holds() ? " " : "!",
                            verdict.test().name(),
                            verdict.cases(),
                            100 * verdict.rate(),
                            100 * verdict.test().ceiling());
            verdict.examples().forEach(example -> terminal.out().println("      " + example));
        }
    }
}
