package io.tagma.tools.deadletters;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.observe.DeadLetter;
import io.tagma.engine.observe.DeadLettersMXBean;
import io.tagma.engine.shard.DeadLetters;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.LiveBean;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma dead-letters}: lists events on which too many agents failed, and submits them again. Used by one thread. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the events on which at least three agents failed, or on which none was left to decide,",
            "each once, from an engine's directory; an engine may hold it. With --replay, submits those that",
            "were not yet, to the engine that runs there, or to one that is launched for it and closed again.",
            "Where an event still fails it becomes a dead letter again."
        })
public final class DeadLettersCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LiveBean.Kind<DeadLettersMXBean> LETTERS =
            new LiveBean.Kind<>("DeadLetters", DeadLettersMXBean.class, DeadLettersMXBean::getDirectory);
    private static final String ROW = "%5s  %12s  %15s  %-16s  %-16s  %-10s  %-11s  %s%n";

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(names = "--json", description = "One JSON object, for machines.")
    private boolean json;

    @Option(names = "--replay", description = "Submit those that wait again, each once.")
    private boolean replay;

    /** For the command line of a terminal. */
    public DeadLettersCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        final int taken = replay ? resubmit(source) : 0;
        final List<DeadLetter> letters;
        try (StoreDirectory store = StoreDirectory.attach(directory)) {
            letters = DeadLetters.list(store);
        }
        final long waiting =
                letters.stream().filter(letter -> !letter.resubmitted()).count();
        if (json) {
            final Map<String, Object> map = new LinkedHashMap<>();
            map.put("directory", directory.toString());
            map.put("count", letters.size());
            map.put("waiting", waiting);
            if (replay) {
                map.put("replayed", taken);
            }
            map.put("letters", letters.stream().map(DeadLettersCommand::asMap).toList());
            terminal.out().println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(map));
        } else {
            print(letters, waiting, taken);
        }
        return Tagma.EXIT_OK;
    }

    private int resubmit(final EngineDirectory source) throws IOException {
        final OptionalLong holder;
        try (StoreDirectory store = StoreDirectory.attach(directory)) {
            holder = store.holderPid();
        }
        if (holder.isPresent()) {
            try (LiveBean<DeadLettersMXBean> live = LiveBean.attach(LETTERS, holder.getAsLong(), directory)) {
                return live.bean().resubmit();
            }
        }
        final EngineContext context = new Scenarios()
                .of(source)
                .context(new ScenarioSettings(source.properties(), source.shards()))
                .directory(source.root())
                .overflowPolicy(OverflowPolicy.REJECT)
                .threading(Threading.CALLER);
        try (Engine engine = Engine.launch(context)) {
            final DeadLetters letters = engine.observers().deadLetters();
            final long waiting = letters.getWaiting();
            int sum = 0;
            int taken = 1;
            // Those that waited, and not what comes of them: that would go on for ever.
            while (sum < waiting && taken > 0) {
                taken = letters.resubmit((int) Math.min(Integer.MAX_VALUE, waiting - sum));
                sum += taken;
                while (engine.step() > 0) {
                    // until all of them are decided
                }
            }
            return sum;
        }
    }

    private void print(final List<DeadLetter> letters, final long waiting, final int taken) {
        if (!letters.isEmpty()) {
            terminal.out()
                    .printf(
                            ROW,
                            "shard",
                            "sequence",
                            "event",
                            "subject",
                            "peer",
                            "intent",
                            "status",
                            "failed, and why");
        }
        for (final DeadLetter letter : letters) {
            terminal.out()
                    .printf(
                            ROW,
                            letter.shard(),
                            letter.sequence(),
                            letter.correlationId(),
                            letter.subject(),
                            letter.peer(),
                            letter.intent(),
                            letter.resubmitted() ? "resubmitted" : letter.status(),
                            String.join(", ", letter.agents()) + ": " + letter.reason());
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%,d dead letter%s, %,d wait%s%n",
                        letters.size(),
                        letters.size() == 1 ? "" : "s",
                        waiting,
                        replay ? String.format(Locale.ROOT, "; %,d submitted again", taken) : "");
    }

    private static Map<String, Object> asMap(final DeadLetter letter) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("shard", letter.shard());
        map.put("sequence", letter.sequence());
        map.put("correlation_id", letter.correlationId());
        map.put("subject", letter.subject());
        map.put("peer", letter.peer());
        map.put("event_time_ns", letter.eventTimeNs());
        map.put("intent", letter.intent());
        map.put("status", letter.status());
        map.put("agents", letter.agents());
        map.put("reason", letter.reason());
        map.put("resubmitted", letter.resubmitted());
        return map;
    }
}
