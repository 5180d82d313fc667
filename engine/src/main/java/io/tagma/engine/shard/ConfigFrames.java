package io.tagma.engine.shard;

import static java.util.stream.Collectors.joining;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.FailureLimit;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.ingest.sbe.ConfigFrameDecoder;
import io.tagma.engine.ingest.sbe.ConfigFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.kernel.Kernels;
import io.tagma.store.JournalAppender;
import io.tagma.store.JournalTailer;
import io.tagma.store.StoreCode;
import io.tagma.store.StoreDirectory;
import io.tagma.store.TailerCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** The configuration that a journal begins with: what a replay needs, and what a later launch must agree with. Stateless. */
public final class ConfigFrames {
    /** Key of a note: the name of the kernels of the launch that made the journal. */
    public static final String KERNELS = "note.kernels";

    private static final int MAX_BYTES = 60_000;
    private static final String VARIABLES = "variables";
    private static final String AGENT_FAILURES = "agent.failures";
    private static final String NOTE = "note.";

    private ConfigFrames() {}

    /** All of a context that a shard's state depends on. */
    static Map<String, String> of(final EngineContext context) {
        final Map<String, String> config = new LinkedHashMap<>();
        config.put("shards", Integer.toString(context.shards()));
        config.put("profile.dimension", Integer.toString(context.limits().profileDimension()));
        config.put("rows.max", Long.toString(context.limits().maxRows()));
        config.put("features.max", Integer.toString(context.limits().maxFeatures()));
        config.put("pending.capacity", Integer.toString(context.limits().pendingCapacity()));
        config.put("text.max", Integer.toString(context.limits().maxTextBytes()));
        config.put("learn.interval", Integer.toString(context.limits().learnInterval()));
        config.put("hash.interval", Integer.toString(context.limits().hashInterval()));
        config.put("timer.capacity", Integer.toString(context.limits().timerCapacity()));
        config.put("mailbox.capacity", Integer.toString(context.limits().mailboxCapacity()));
        config.put("reputation.rate", Float.toString(context.limits().reputationRate()));
        config.put("slot.length", Integer.toString(context.slotLength()));
        config.put("vote.rule", context.voteRule().ruleName());
        config.put(
                "agents",
                context.agents().stream()
                        .map(AgentFactory::describe)
                        .map(ConfigFrames::describe)
                        .collect(joining("; ")));
        config.put(
                "intents",
                context.intents().stream().map(ConfigFrames::describe).collect(joining("; ")));
        if (context.intents().stream().anyMatch(intent -> intent.terms() != null)) {
            config.put("market", context.market().toString());
        }
        if (context.intents().stream().anyMatch(IntentSpec::isAsked)) {
            config.put("auctions.open", Integer.toString(context.limits().openAuctions()));
            config.put("auctions.payload", Integer.toString(context.outside().maxPayload()));
        }
        if (!context.variables().isEmpty()) {
            config.put(
                    VARIABLES,
                    context.variables().stream().map(VariableTerms::describe).collect(joining("; ")));
        }
        config.put("texts", context.textModel() == null ? "not classified" : "classified");
        config.put("subject.kinds", context.subjectNames().toString());
        if (context.faults().agentFailures().isSet()) {
            config.put(AGENT_FAILURES, context.faults().agentFailures().toString());
        }
        new TreeMap<>(context.properties()).forEach((key, value) -> config.put("property." + key, value));
        return config;
    }

    /** The limit for agents' failures with which a journal of that configuration begins; later ones are inputs of it. */
    static FailureLimit agentFailures(final Map<String, String> journaled) {
        return FailureLimit.parse(journaled.get(AGENT_FAILURES));
    }

    private static String describe(final AgentDescriptor agent) {
        // A set has no order of its own.
        return agent.name() + (agent.shadow() ? " (shadow) " : " ") + new TreeSet<>(agent.capabilities());
    }

    private static String describe(final IntentSpec intent) {
        final String how = intent.name() + "/" + intent.capability() + "/" + intent.protocol();
        // Thresholds are part of what was decided, where they count.
        if (intent.protocol() == IntentSpec.Protocol.AUCTION) {
            return intent.terms() == null ? how : how + "/" + intent.terms() + (intent.isAsked() ? "/asked" : "");
        }
        final VoteRule rule = intent.voteRule();
        return how + "/" + intent.reviewAt() + "/" + intent.declineAt() + (rule == null ? "" : "/" + rule.ruleName());
    }

    /** Writes the first excerpt of a journal. */
    static void write(
            final JournalAppender journal,
            final EngineContext context,
            final Kernels kernels,
            final int shard,
            final long timeNs) {
        final byte[] bytes = (text(context) + notes(kernels)).getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new EngineException("configuration is " + bytes.length + " bytes, more than " + MAX_BYTES
                    + "; note less with EngineContext.property");
        }
        journal.begin(ExcerptType.CONFIG, 0, timeNs);
        final int offset = journal.claim(MessageHeaderEncoder.ENCODED_LENGTH
                + ConfigFrameEncoder.BLOCK_LENGTH
                + ConfigFrameEncoder.propertiesHeaderLength()
                + bytes.length);
        if (offset < 0) {
            throw new EngineException("configuration does not fit the journal's staging area");
        }
        new ConfigFrameEncoder()
                .wrapAndApplyHeader(journal.staging(), offset, new MessageHeaderEncoder())
                .shard(shard)
                .shards(context.shards())
                .putProperties(bytes, 0, bytes.length);
        final long written = journal.commit();
        if (written < 0) {
            throw new EngineException("configuration could not be journaled: " + StoreCode.name((int) written));
        }
    }

    /**
     * Reads a journal's configuration and leaves the tailer behind it.
     *
     * @param directory of the journal; beside it lies a copy, for when the journal's first file is gone
     * @return key and value pairs; empty when the journal is empty
     */
    public static Map<String, String> read(final Path directory, final JournalTailer journal) {
        journal.toStart();
        final int code = journal.next();
        if (code == TailerCode.END) {
            return Map.of();
        }
        if (code == TailerCode.EXCERPT && journal.type() != ExcerptType.CONFIG && Files.exists(copyOf(directory))) {
            journal.toStart();
            return parse(readCopy(directory));
        }
        if (code == TailerCode.DAMAGED || journal.type() != ExcerptType.CONFIG) {
            throw new EngineException("journal does not begin with its configuration: "
                    + (code == TailerCode.DAMAGED ? journal.damage() : "type " + journal.type())
                    + "; restore its first file from a copy");
        }
        final ConfigFrameDecoder frame = new ConfigFrameDecoder();
        frame.wrap(
                journal.buffer(),
                journal.frameOffset(0) + MessageHeaderDecoder.ENCODED_LENGTH,
                ConfigFrameDecoder.BLOCK_LENGTH,
                ConfigFrameDecoder.SCHEMA_VERSION);
        final byte[] bytes = new byte[frame.propertiesLength()];
        frame.getProperties(bytes, 0, bytes.length);
        return parse(new String(bytes, StandardCharsets.UTF_8));
    }

    private static Map<String, String> parse(final String text) {
        final Map<String, String> config = new LinkedHashMap<>();
        for (final String line : text.split("\n", -1)) {
            final int equals = line.indexOf('=');
            config.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return config;
    }

    private static Path copyOf(final Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".config");
    }

    private static String readCopy(final Path directory) {
        try {
            return Files.readString(copyOf(directory), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new EngineException(copyOf(directory) + " cannot be read: " + e, e);
        }
    }

    /** Writes the copy beside the journal where there is none, or only a part of one that a kill left. */
    static void keepCopy(final StoreDirectory directory, final EngineContext context, final int shard) {
        final Path journal = directory.journal(shard);
        final String wanted = text(context);
        try {
            if (!Files.exists(copyOf(journal)) || !readCopy(journal).equals(wanted)) {
                final Path file = directory.file(
                        Objects.requireNonNull(journal.getParent()),
                        String.valueOf(copyOf(journal).getFileName()));
                Files.writeString(file, wanted);
            }
        } catch (final IOException e) {
            throw new EngineException(copyOf(journal) + " cannot be written: " + e, e);
        }
    }

    /** What a reader may want to know and no replay has to follow: who computed, and from which size on, as measured. */
    private static String notes(final Kernels kernels) {
        final StringBuilder notes =
                new StringBuilder("\n").append(KERNELS).append('=').append(kernels.name());
        final List<String> lines = kernels.calibration();
        for (int i = 0; i < lines.size(); i++) {
            notes.append('\n')
                    .append(KERNELS)
                    .append('.')
                    .append(i + 1)
                    .append('=')
                    .append(lines.get(i));
        }
        return notes.toString();
    }

    private static String text(final EngineContext context) {
        return of(context).entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(joining("\n"));
    }

    /** Refuses to open a journal that was made with another configuration. */
    static void requireSame(final Map<String, String> journaled, final EngineContext context) {
        final Map<String, String> wanted = of(context);
        journaled.forEach((key, value) -> {
            if (!key.startsWith(NOTE) && !key.equals(AGENT_FAILURES) && !value.equals(wanted.get(key))) {
                throw new EngineException("directory " + context.directory() + " was made with " + key + "=" + value
                        + ", now it is " + wanted.get(key) + "; use the old setting, or another directory");
            }
        });
        wanted.forEach((key, value) -> {
            // Nobody has proposed anything where there were none, so the first values are what was in force.
            if (!journaled.containsKey(key) && !key.equals(VARIABLES) && !key.equals(AGENT_FAILURES)) {
                throw new EngineException("directory " + context.directory() + " was made without " + key
                        + ", now it is " + value + "; use the old setting, or another directory");
            }
        });
    }
}
