package io.tagma.engine;

import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.model.HookChain;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.observe.StallLog;
import io.tagma.engine.resilience.IsolationTerms;
import io.tagma.engine.training.TextConsolidation;
import io.tagma.engine.training.TrainingControl;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Everything of an engine that could grow without end, the option that bounds it, what happens when it is full, and the counter that
 * tells. The page {@code docs/bounds.md} is written from here.
 */
public enum Bounds {
    /** Frames from callers. */
    INGRESS(
            "events, outcomes and orders that wait for a shard",
            "ringCapacity",
            EngineSettings::ringCapacity,
            "slots a shard",
            "overflowPolicy: the caller is told FULL, waits up to blockTimeoutNs, or the oldest of a droppable class"
                    + " go",
            "Ring.Rejected, Ring.TimedOut, Ring.Dropped; Engine.Rejected"),
    /** Length of a frame. */
    FRAME(
            "bytes of one frame",
            "slotLength",
            EngineSettings::slotLength,
            "bytes",
            "the caller is told TOO_LONG",
            "Ring.TooLong"),
    /** Frames taken at once. */
    BATCH(
            "frames that one duty cycle takes",
            "limits.maxBatch",
            c -> c.limits().maxBatch(),
            "frames",
            "the rest waits for the next cycle",
            "Shard.Batches"),
    /** Decisions to be polled. */
    DECISIONS(
            "decisions that wait to be polled",
            "decisionRingCapacity",
            EngineSettings::decisionRingCapacity,
            "slots an engine, 0 for no ring",
            "the decision is not handed over; the journal has it",
            "Shard.Undelivered"),
    /** Rows. */
    ROWS(
            "profile rows",
            "limits.maxRows",
            c -> c.limits().maxRows(),
            "rows a shard",
            "the event is decided STORE_FULL without agents",
            "Shard.StoreFull, Store.Refused"),
    /** Rows in shared memory. */
    WARM(
            "rows in shared memory",
            "limits.warmRows",
            c -> c.limits().warmRows(),
            "rows a shard, 0 for all",
            "the row that was not asked for longest goes to the archive",
            "Store.Demotions, Store.Promotions"),
    /** Rows in the slab. */
    HOT(
            "rows in the slab for kernels",
            "limits.hotRows",
            c -> c.limits().hotRows(),
            "rows a shard, 0 for none",
            "the row that is used least leaves the slab",
            "Store.HotRows"),
    /** Decisions that wait for an outcome. */
    PENDING(
            "decisions that wait for their outcome",
            "limits.pendingCapacity",
            c -> c.limits().pendingCapacity(),
            "decisions a shard",
            "the oldest of a probe gives up waiting; its outcome teaches nobody",
            "Shard.ExpiredDecisions, Shard.UnmatchedOutcomes"),
    /** Features. */
    FEATURES(
            "features of a task",
            "limits.maxFeatures",
            c -> c.limits().maxFeatures(),
            "floats",
            "a rule that writes more has failed: counted, the row is sealed",
            "Shard.Faults"),
    /** Values of an event. */
    VALUES(
            "floats of an event",
            "Event.MAX_VALUES",
            c -> Event.MAX_VALUES,
            "floats",
            "the caller is told TOO_LONG",
            "Engine.Rejected"),
    /** Text of an event. */
    EVENT_TEXT(
            "text of an event",
            "Event.MAX_TEXT_BYTES",
            c -> Event.MAX_TEXT_BYTES,
            "bytes",
            "the caller is told TOO_LONG",
            "Engine.Rejected"),
    /** Text kept. */
    TEXT(
            "text that is kept to learn from",
            "limits.maxTextBytes",
            c -> c.limits().maxTextBytes(),
            "bytes a waiting decision",
            "the text is cut",
            "none: the cut is part of what is learnt"),
    /** Timers. */
    TIMERS(
            "timers of agents",
            "limits.timerCapacity",
            c -> c.limits().timerCapacity(),
            "timers a shard",
            "the agent is told that there is no room",
            "what scheduleAt returns"),
    /** Mail. */
    MAILBOX(
            "messages between agents of a shard",
            "limits.mailboxCapacity",
            c -> c.limits().mailboxCapacity(),
            "messages a shard",
            "the agent is told that there is no room",
            "what send returns"),
    /** Auctions that wait for bids. */
    AUCTIONS(
            "auctions that wait for bids",
            "limits.openAuctions",
            c -> c.limits().openAuctions(),
            "auctions a shard",
            "the decision is made at once on posted bids; without any it says not-asked",
            "Market.AskedFull"),
    /** Agents. */
    AGENTS(
            "agents",
            "Engine.AGENT_LIMIT",
            c -> Engine.AGENT_LIMIT,
            "agents an engine",
            "the launch is refused",
            "none: an error"),
    /** Shards. */
    SHARDS(
            "shards",
            "EngineContext.MAX_SHARDS",
            c -> EngineContext.MAX_SHARDS,
            "shards an engine",
            "the launch is refused",
            "none: an error"),
    /** Dead letters. */
    DEAD_LETTERS(
            "dead letters",
            "faults.deadLetters",
            c -> c.faults().deadLetters(),
            "letters a shard",
            "the letter is not kept; the journal has the event",
            "DeadLetters.Dropped"),
    /** Failures. */
    AGENT_FAILURES(
            "failures of one agent on a shard",
            "faults.agentFailures",
            c -> c.faults().agentFailures().most(),
            "failures within as many inputs as the option says, usually 10,000; 0 for no limit",
            "the agent is switched off on that shard until an operator revives it; the others decide",
            "Shard.SwitchOffs; Agents.SwitchedOff"),
    /** Restarts. */
    SHARD_RESTARTS(
            "restarts of a shard",
            "faults.shardRestarts",
            c -> c.faults().shardRestarts(),
            "restarts of a shard within a minute",
            "the shard stops: callers get CLOSED, the next launch goes on",
            "Shard.Restarts; Engine.Failures"),
    /** Stalls. */
    STALLS(
            "stalls that are kept whole",
            "StallLog.KEPT",
            c -> StallLog.KEPT,
            "stalls a shard",
            "the oldest goes",
            "Shard.Stalls"),
    /** Stack of a stall. */
    STACK("stack of a stall", "Stall.MAX_FRAMES", c -> Stall.MAX_FRAMES, "frames", "the outer frames are cut", "none"),
    /** Open requests. */
    OPEN_REQUESTS(
            "requests of agents that are not answered",
            "outside",
            c -> c.outside().capacity(),
            "requests a shard, 0 where nothing is outside",
            "the agent is told that there is no room",
            "what ask returns"),
    /** Requests that wait for an isolated agent. */
    ISOLATED_QUEUE(
            "requests that wait for an isolated agent",
            "IsolationTerms.waiting",
            c -> IsolationTerms.DEFAULT.waiting(),
            "requests an isolated agent",
            "the request is answered REFUSED; the next on the route is asked",
            "none: the answer in the journal"),
    /** Threads that were given up. */
    GIVEN_UP(
            "threads of an isolated agent that hung, were given up and still run",
            "IsolationTerms.givenUp",
            c -> IsolationTerms.DEFAULT.givenUp(),
            "threads an isolated agent, beside the one that works",
            "nobody takes the place of the next that hangs until one ends; requests are REFUSED",
            "what IsolatedAgents.givenUp returns; health"),
    /** Snapshots. */
    SNAPSHOTS(
            "snapshots",
            "limits.snapshotsKept",
            c -> c.limits().snapshotsKept(),
            "snapshots a shard",
            "the oldest is deleted",
            "none: the directory shows them"),
    /** Features at all. */
    TASK(
            "features that a task can have at all",
            "Task.MAX_FEATURES",
            c -> Task.MAX_FEATURES,
            "floats",
            "the launch is refused",
            "none: an error"),
    /** Orders to models that can be undone. */
    UNDO(
            "orders that can be undone",
            "TrainingControl.MOST_UNDO",
            c -> TrainingControl.MOST_UNDO,
            "orders a shard",
            "the oldest stands for good",
            "none: undo says that there is no more"),
    /** Hooks. */
    HOOKS(
            "hooks around a model",
            "HookChain.MOST_HOOKS",
            c -> HookChain.MOST_HOOKS,
            "hooks a model",
            "the order is refused until one is removed",
            "none: an error"),
    /** Texts of a consolidation. */
    CONSOLIDATED_TEXTS(
            "texts that a consolidation keeps",
            "TextConsolidation.MOST_TEXTS",
            c -> TextConsolidation.MOST_TEXTS,
            "texts a consolidation",
            "the text is not kept; those before it are taught on",
            "none: TextConsolidation.keep says so");

    private final String what;
    private final String option;

    @SuppressWarnings("ImmutableEnumChecker") // a reader of settings, without state of its own
    private final ToLongFunction<EngineContext> limit;

    private final String unit;
    private final String policy;
    private final String counter;

    Bounds(
            final String what,
            final String option,
            final ToLongFunction<EngineContext> limit,
            final String unit,
            final String policy,
            final String counter) {
        this.what = what;
        this.option = option;
        this.limit = limit;
        this.unit = unit;
        this.policy = policy;
        this.counter = counter;
    }

    /** How much there may be in an engine of that context. */
    public long of(final EngineContext context) {
        return limit.applyAsLong(context);
    }

    /** The option or the constant that says so. */
    public String option() {
        return option;
    }

    /** Attributes of beans that count what was full, as {@code Bean.Attribute}, or why there is none. */
    public String counter() {
        return counter;
    }

    /** The page of all bounds with the limits that an engine has unless told otherwise, Markdown. */
    public static String page() {
        final EngineContext usual = new EngineContext();
        final StringBuilder page = new StringBuilder(4096);
        page.append("# Bounds\n\n"
                        + "Everything that could grow, what bounds it, and what happens when it is full. Written"
                        + " by")
                .append(" `io.tagma.engine.Bounds`; a test compares.\n"
                        + "Options are those of `EngineContext`, counters are")
                .append(" attributes of the beans `io.tagma:type=...`. Journal and audit are bounded by the disk (a"
                        + " full")
                .append(" one halts the\n"
                        + "shard and pauses the audit, both counted in the Journal bean) and by"
                        + " `limits.retention`.\n\n")
                .append("| what | option | usually | when it is full | counted by |\n")
                .append("| --- | --- | --- | --- | --- |\n");
        for (final Bounds bound : values()) {
            page.append(String.format(
                    Locale.ROOT,
                    "| %s | `%s` | %,d %s | %s | %s |%n",
                    bound.what,
                    bound.option,
                    bound.of(usual),
                    bound.unit,
                    bound.policy,
                    bound.counter));
        }
        return page.toString();
    }
}
