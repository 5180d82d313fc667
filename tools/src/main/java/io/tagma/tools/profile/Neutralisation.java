package io.tagma.tools.profile;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.RowCorrections;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.observe.ProfilesMXBean;
import io.tagma.engine.profile.BehaviourVariable;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.store.RowHeader;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.LiveBean;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import javax.management.RuntimeMBeanException;

/** Brings behaviour variables of one row nearer to neutral, on an engine that runs or at rest. Used by one thread. */
final class Neutralisation {
    private static final LiveBean.Kind<ProfilesMXBean> PROFILES =
            new LiveBean.Kind<>("Profiles", ProfilesMXBean.class, ProfilesMXBean::getDirectory);

    private final Terminal terminal;
    private final EngineDirectory source;
    private final long subject;
    private final String name;

    /** Reads the row. */
    interface Rows {
        float[] read(EngineDirectory source, long subject, RowHeader header);
    }

    Neutralisation(final Terminal terminal, final EngineDirectory source, final long subject) {
        this.terminal = terminal;
        this.source = source;
        this.subject = subject;
        this.name = source.subjectNames().format(subject);
    }

    /** The behaviour variables of a subject by their places in its row; none where an embedder's scenario is not known here. */
    static Map<Integer, BehaviourVariable> behaviours(final EngineDirectory source, final long subject) {
        final Map<Integer, BehaviourVariable> found = new LinkedHashMap<>();
        if (source.properties().containsKey(EngineDirectory.SCENARIO)) {
            try {
                RowCorrections.behaviours(new PastRows(source, subject).context(), Subjects.kind(subject))
                        .forEach(one -> found.put(one.place(), one));
            } catch (final ToolException unknown) {
                return Map.of(); // a scenario of another program: its rows are shown without
            }
        }
        return found;
    }

    /** Does it and says so; returns the exit code. */
    int carryOut(final List<String> names, final String who, final String why, final Rows rows) throws IOException {
        final RowHeader header = new RowHeader();
        final float[] before = rows.read(source, subject, header);
        final List<BehaviourVariable> wanted = wanted(names, before);
        final OptionalLong holder;
        try (StoreDirectory store = StoreDirectory.attach(source.root())) {
            holder = store.holderPid();
        }
        final long[] done;
        try {
            done = holder.isPresent()
                    ? live(holder.getAsLong(), names, header.updatedNs(), who, why)
                    : atRest(names, header.updatedNs(), who, why);
        } catch (final RuntimeMBeanException e) {
            throw new ToolException(
                    "refused, nothing was changed: " + e.getTargetException().getMessage());
        } catch (final IllegalArgumentException | EngineException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        final float[] after = rows.read(source, subject, new RowHeader());
        for (final BehaviourVariable one : wanted) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s: %s %s to %s, behaviour %+.2f to %+.2f%n",
                            name,
                            one.name(),
                            before[one.place()],
                            after[one.place()],
                            one.pronounced(before[one.place()]),
                            one.pronounced(after[one.place()]));
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "neutralised by %s (%s); journaled as input %d of shard %d%nto undo%s: tagma rollback %s %s"
                                + " --to %d%n",
                        who,
                        why,
                        done[2],
                        done[0],
                        holder.isPresent()
                                ? ", once the engine rests (the whole row goes back, with what came since)"
                                : "",
                        Terminal.word(source.root()),
                        Terminal.word(name),
                        done[1]);
        return Tagma.EXIT_OK;
    }

    private List<BehaviourVariable> wanted(final List<String> names, final float[] row) {
        final Map<Integer, BehaviourVariable> known = behaviours(source, subject);
        final List<String> there =
                known.values().stream().map(BehaviourVariable::name).toList();
        final List<String> missing =
                names.stream().filter(one -> !there.contains(one)).toList();
        if (!missing.isEmpty()) {
            throw new ToolException("refused, nothing was changed: no behaviour variable '"
                    + String.join("', '", missing) + "' of " + name + "; there are: "
                    + (there.isEmpty() ? "none" : String.join(", ", there)));
        }
        final List<BehaviourVariable> wanted = known.values().stream()
                .filter(one -> names.contains(one.name()))
                .toList();
        final List<String> neutral = wanted.stream()
                .filter(one -> one.isNeutral(row[one.place()]))
                .map(BehaviourVariable::name)
                .toList();
        if (!neutral.isEmpty()) {
            throw new ToolException("refused, nothing was changed: '" + String.join("', '", neutral) + "' of " + name
                    + (neutral.size() == 1 ? " is" : " are") + " neutral already");
        }
        return wanted;
    }

    private long[] live(final long pid, final List<String> names, final long timeNs, final String who, final String why)
            throws IOException {
        try (LiveBean<ProfilesMXBean> bean = LiveBean.attach(PROFILES, pid, source.root())) {
            return bean.bean().neutralise(name, names, timeNs, who, why);
        }
    }

    private long[] atRest(final List<String> names, final long timeNs, final String who, final String why) {
        final EngineContext context =
                new PastRows(source, subject).context().jmx(false).threading(Threading.CALLER);
        try (Engine engine = Engine.launch(context)) {
            return engine.corrections().neutralise(name, names, timeNs, who, why, engine::step);
        }
    }
}
