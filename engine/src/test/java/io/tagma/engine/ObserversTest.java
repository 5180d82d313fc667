package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.FixedText;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.observe.Station;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.AuditTailer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of an engine from outside: beans, histogram logs, audit, files. */
class ObserversTest {
    private static final Workload WORKLOAD = Workload.of(31, 600);
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @TempDir
    Path directory;

    @Test
    void everyBeanAttributeIsReadable() throws JMException {
        final Engine engine = Engine.launch(observed().name("seen \"here\"").shards(2));
        try (engine) {
            WORKLOAD.feed(engine);
            final Map<String, Integer> types = new TreeMap<>();
            for (final ObjectName name : names(engine)) {
                types.merge(name.getKeyProperty("type"), 1, Integer::sum);
                for (final var attribute : SERVER.getMBeanInfo(name).getAttributes()) {
                    assertThat(SERVER.getAttribute(name, attribute.getName()))
                            .as("%s of %s", attribute, name)
                            .isNotNull();
                }
            }
            assertThat(types)
                    .hasToString(
                            "{Agent=12, Agents=1, Council=1, DeadLetters=1, Engine=1, Health=1, Journal=2, Profiles=1,"
                                    + " Registry=1, Ring=4, Shard=2, Store=2, Training=1}");
        }
        assertThat(names(engine)).isEmpty();
    }

    @Test
    void beansCountWhatHappened() throws JMException {
        final Engine engine = Engine.launch(observed());
        try (engine) {
            WORKLOAD.feed(engine);
            engine.submit(new Event());
            final ObjectName bean = name(engine, "type=Engine");
            assertThat(SERVER.getAttribute(bean, "Decisions")).isEqualTo((long) WORKLOAD.events());
            assertThat(SERVER.getAttribute(bean, "Rejected")).isEqualTo(1L);
            assertThat(SERVER.getAttribute(bean, "Directory")).isEqualTo(directory.toString());
            assertThat((Map<?, ?>) SERVER.getAttribute(bean, "Failures")).isEmpty();
            final ObjectName shard = name(engine, "type=Shard,shard=0");
            assertThat(SERVER.getAttribute(shard, "Sequence"))
                    .isEqualTo((long) WORKLOAD.inputs().size());
            assertThat((long) SERVER.getAttribute(name(engine, "type=Journal,shard=0"), "Frames"))
                    .isGreaterThan(WORKLOAD.inputs().size());
            assertThat((long) SERVER.getAttribute(name(engine, "type=Store,shard=0"), "Rows"))
                    .isBetween(10L, 85L);
        }
    }

    @Test
    void twoEnginesOfOneNameAreRefusedAndLeaveNothingBehind() throws JMException {
        final Engine engine = Engine.launch(observed());
        try (engine) {
            final Path second = directory.resolveSibling(directory.getFileName() + "-second");
            assertThatThrownBy(() -> Engine.launch(observed().directory(second)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("'" + engine.context().name() + "'")
                    .hasMessageContaining("EngineContext.name");
            assertThat(names(engine)).isNotEmpty();
            Engine.launch(observed().directory(second).name("another")).close();
        }
    }

    @Test
    void theHistogramLogIsReadByTheStockReader() throws IOException {
        final Engine engine = Engine.launch(observed()
                .threading(Threading.DEDICATED)
                .overflowPolicy(OverflowPolicy.BLOCK)
                .reportIntervalNs(20_000_000));
        WORKLOAD.feed(engine, 0, 300);
        await().until(() -> engine.observers().total(Station.END_TO_END).getTotalCount() > 0);
        WORKLOAD.feed(engine, 300, WORKLOAD.inputs().size());
        engine.close();

        final Map<String, Long> counts = new TreeMap<>();
        final List<Path> logs = logs();
        assertThat(logs).hasSize(1);
        try (HistogramLogReader reader = new HistogramLogReader(logs.get(0).toFile())) {
            while (reader.hasNext()) {
                final EncodableHistogram interval = reader.nextIntervalHistogram();
                final org.HdrHistogram.Histogram histogram = (org.HdrHistogram.Histogram) interval;
                counts.merge(histogram.getTag(), histogram.getTotalCount(), Long::sum);
                assertThat(histogram.getEndTimeStamp()).isGreaterThanOrEqualTo(histogram.getStartTimeStamp());
            }
        }
        assertThat(counts.keySet())
                .isSubsetOf(Stream.of(Station.values()).map(Station::label).toList())
                .contains("end-to-end", "ring", "journal", "publish", "decide", "profile");
        assertThat(counts.get("end-to-end")).isEqualTo((long) WORKLOAD.events());
        assertThat(engine.observers().total(Station.END_TO_END).getTotalCount()).isEqualTo(WORKLOAD.events());
    }

    /** Of 6,400 lone decisions one in 64 is timed at the stations of its batch, and all of them from end to end. */
    @Test
    void stationsOfLoneDecisionsAreSamples() {
        final int events = 6_400;
        final Engine engine = Engine.launch(observed());
        final Decision decision = new Decision();
        final Event event = new Event();
        for (int i = 1; i <= events; i++) {
            event.reset()
                    .correlationId(i)
                    .subject(Subjects.of(Workload.USER, i % 50))
                    .timeNs(i)
                    .intent(Team.SCORE)
                    .value(1f)
                    .value(1f);
            assertThat(engine.decide(event, decision)).isEqualTo(SubmitCode.ACCEPTED);
        }
        engine.close();
        for (final Station station : List.of(Station.RING, Station.JOURNAL, Station.PUBLISH, Station.DECIDE)) {
            final org.HdrHistogram.Histogram total = engine.observers().total(station);
            assertThat(total.getTotalCount()).as(station.label()).isBetween(99L, 101L);
        }
        assertThat(engine.observers().total(Station.JOURNAL).getValueAtPercentile(50))
                .isPositive();
        assertThat(engine.observers().total(Station.END_TO_END).getTotalCount()).isEqualTo(events);
    }

    @Test
    void enginesOfOneSimulatedTimeHaveALogEach() throws IOException {
        for (int i = 0; i < 3; i++) {
            Engine.launch(observed().epochClock(() -> 1_700_000_000_000_000_000L))
                    .close();
        }
        assertThat(logs()).hasSize(3);
    }

    private List<Path> logs() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("hlog"))) {
            return files.toList();
        }
    }

    @Test
    void theAuditTellsEveryDecisionOnceAlsoAfterARestart() {
        Engines.run(observed(), WORKLOAD, 0, 200);
        Engines.run(observed().audit(false), WORKLOAD, 200, 400);
        final Engine engine = Engine.launch(observed());
        WORKLOAD.feed(engine, 400, WORKLOAD.inputs().size());
        engine.close();

        assertThat(engine.observers().auditLag(0)).isZero();
        final List<Map<String, ?>> records = audit(0);
        final List<Journals.Decided> decisions = Journals.decisions(directory, 0);
        assertThat(records).hasSameSizeAs(decisions);
        for (int i = 0; i < decisions.size(); i++) {
            final Workload.Input input = WORKLOAD.inputs().stream()
                    .filter(candidate -> !candidate.outcome())
                    .skip(i)
                    .findFirst()
                    .orElseThrow();
            assertThat(records.get(i).get("correlationId"))
                    .isEqualTo(decisions.get(i).correlationId())
                    .isEqualTo(input.id());
            assertThat(records.get(i).get("subject")).isEqualTo("user:" + Subjects.id(input.subject()));
            assertThat(records.get(i).get("peer"))
                    .isEqualTo(input.peer() == 0 ? "" : "shop:" + Subjects.id(input.peer()));
            assertThat(records.get(i).get("intent")).isEqualTo(input.intent() == Team.SCORE ? "score" : "route");
        }
    }

    /** A refused event has no intent, which once stopped the audit. */
    @Test
    void theAuditGoesOnBehindAnEventThatWasRefusedUnread() {
        final EngineContext context =
                observed().textModel(kernels -> new FixedText(length -> length == 3 ? 99 : 0, 0.5f));
        context.limits().maxRows(2);
        final Engine engine = Engine.launch(context);
        final Event event = new Event();
        for (int i = 1; i <= 6; i++) {
            assertThat(engine.submit(event.reset()
                            .correlationId(i)
                            .subject(Subjects.of(1, i))
                            .timeNs(i)
                            .value(1f)
                            .value(1f)
                            .text(i == 2 ? "bad" : "hello")))
                    .isEqualTo(SubmitCode.ACCEPTED);
        }
        engine.close();

        assertThat(audit(0).stream().map(record -> String.valueOf(record.get("status"))))
                .containsExactly("decided", "failed", "store-full", "store-full", "store-full", "store-full");
        assertThat(engine.shard(0).counters().faults.get()).isEqualTo(1);
    }

    private List<Map<String, ?>> audit(final int shard) {
        final List<Map<String, ?>> records = new ArrayList<>();
        long last = -1;
        try (AuditTailer tailer = AuditTailer.open(directory.resolve("audit/shard-" + shard))) {
            while (tailer.next()) {
                assertThat(tailer.sequence()).isGreaterThan(last);
                last = tailer.sequence();
                records.add(new TreeMap<>(tailer.fields()));
            }
            assertThat(tailer.damaged()).isZero();
        }
        return records;
    }

    @Test
    void everyFileIsItsOwnersAlone() throws IOException {
        Engines.run(observed(), WORKLOAD, 0, 50);

        try (Stream<Path> tree = Files.walk(directory)) {
            for (final Path file : tree.filter(f -> !f.equals(directory)).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as("%s", file)
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }

    private EngineContext observed() {
        return Team.context(directory)
                .name("observers-test " + directory.getFileName())
                .audit(true)
                .histograms(true)
                .jmx(true);
    }

    private static ObjectName name(final Engine engine, final String keys) throws JMException {
        return new ObjectName(
                "io.tagma:engine=" + ObjectName.quote(engine.context().name()) + "," + keys);
    }

    private static Set<ObjectName> names(final Engine engine) throws JMException {
        return new TreeSet<>(SERVER.queryNames(
                new ObjectName(
                        "io.tagma:engine=" + ObjectName.quote(engine.context().name()) + ",*"),
                null));
    }
}
