package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.KilledEngine;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.store.AuditTailer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is killed in mid-run, again and again, forgets nothing that anyone was told. */
@Timeout(300)
class KillTest {
    private static final int HEARD = 3000;

    @TempDir
    Path temp;

    @Test
    void aKilledEngineRecovers() throws IOException {
        killAndRecover(1, 2);
    }

    @Test
    @Tag("slow")
    void anEngineRecoversFromEveryKill() throws IOException {
        killAndRecover(1, 5);
    }

    @Test
    @Tag("slow")
    void severalShardsRecoverFromEveryKill() throws IOException {
        killAndRecover(3, 5);
    }

    private void killAndRecover(final int shards, final int rounds) throws IOException {
        final Path directory = temp.resolve("engine");
        final Path side = temp.resolve("heard");
        final Workload workload = KilledEngine.workload();
        int next = 0;
        for (int round = 0; round < rounds; round++) {
            try (ChildJvm child =
                    ChildJvm.start(KilledEngine.class, directory, shards, side, next, HEARD + 777 * round)) {
                child.awaitLine("running");
                if (round == 0) {
                    readBeans(child.pid());
                }
                child.kill();
            }
            final Engine recovered = Engine.launch(KilledEngine.context(directory, shards));
            recovered.close();

            next = inputsFromCallers(directory, shards);
            check(directory, shards, heard(side));
            if (shards == 1) {
                assertThat(recovered.stateHash()).isEqualTo(Engines.run(oracle(round), workload, 0, next));
            }
        }
    }

    /** A fresh engine that was never killed, in this process, with other batches. */
    private EngineContext oracle(final int round) {
        final EngineContext context = Team.context(temp.resolve("oracle-" + round));
        context.limits().pendingCapacity(1 << 18).hashInterval(500).maxBatch(33);
        return context;
    }

    /** How far the workload got: with several shards some of the last may be missing in between, so none is sent twice. */
    private static int inputsFromCallers(final Path directory, final int shards) {
        if (shards == 1) {
            return Journals.inputs(directory, 0).size();
        }
        final long last = Journals.allDecisions(directory, shards).stream()
                .mapToLong(Journals.Decided::correlationId)
                .max()
                .orElse(0);
        final List<Workload.Input> inputs = KilledEngine.workload().inputs();
        int next = 0;
        while (inputs.get(next).outcome() || inputs.get(next).id() <= last) {
            next++;
        }
        return next;
    }

    private static void check(final Path directory, final int shards, final Set<Long> heard) throws IOException {
        final List<Journals.Decided> decisions = Journals.allDecisions(directory, shards);
        long events = 0;
        for (int shard = 0; shard < shards; shard++) {
            events += Journals.inputs(directory, shard).stream()
                    .filter(template -> template == EventFrameDecoder.TEMPLATE_ID)
                    .count();
            assertThat(audited(directory, shard))
                    .isEqualTo(Journals.decisions(directory, shard).stream()
                            .map(Journals.Decided::sequence)
                            .toList());
        }
        assertThat(decisions).extracting(Journals.Decided::correlationId).doesNotHaveDuplicates();
        assertThat(decisions).hasSize((int) events);
        assertThat(heard).hasSizeGreaterThanOrEqualTo(HEARD);
        assertThat(new TreeSet<>(
                        decisions.stream().map(Journals.Decided::correlationId).toList()))
                .containsAll(heard);
    }

    private static List<Long> audited(final Path directory, final int shard) {
        final List<Long> sequences = new ArrayList<>();
        try (AuditTailer tailer = AuditTailer.open(directory.resolve("audit/shard-" + shard))) {
            while (tailer.next()) {
                sequences.add(tailer.sequence());
            }
            assertThat(tailer.damaged()).isZero();
        }
        return sequences;
    }

    private static Set<Long> heard(final Path side) throws IOException {
        final Set<Long> ids = new TreeSet<>();
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(side));
        while (bytes.remaining() >= Long.BYTES) {
            ids.add(bytes.getLong());
        }
        return ids;
    }

    /** What any JMX client on this machine does: attach, ask for a connector, read. */
    @SuppressWarnings("BanJNDI") // connects to an address that the child process itself gave
    private static void readBeans(final long pid) throws IOException {
        try {
            final VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            final String address = machine.startLocalManagementAgent();
            machine.detach();
            try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
                final MBeanServerConnection server = connector.getMBeanServerConnection();
                final ObjectName engine = new ObjectName("io.tagma:type=Engine,engine=\"killed\"");
                assertThat((long) server.getAttribute(engine, "Decisions")).isGreaterThanOrEqualTo(HEARD);
                assertThat((String[]) server.getAttribute(engine, "Agents")).contains("early", "south");
            }
        } catch (JMException | AttachNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
