package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.registry.LeaseOwner;
import io.tagma.engine.agent.registry.RegistryBackend;
import io.tagma.engine.agent.registry.RegistryConfig;
import io.tagma.engine.agent.registry.RegistryEntry;
import io.tagma.store.StoreDirectory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma registry} against the registry of a directory that is held. */
class RegistryCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    private final LeaseOwner me = LeaseOwner.thisProcess();

    @Test
    void listsWhoIsThereAndSaysWhoHoldsIt() throws Exception {
        final Path root = temporary.resolve("engine");
        try (StoreDirectory directory = StoreDirectory.open(root);
                RegistryBackend registry = RegistryConfig.shared().open(directory.root(), () -> 1_000)) {
            registry.register(new RegistryEntry(
                    "agents",
                    new AgentDescriptor("amount", Set.of("fraud"), Map.of("team", "red"), true),
                    3,
                    me,
                    0,
                    0));
            registry.register("services", AgentDescriptor.of("price"), LeaseOwner.agent("pricing"));

            final Invocation all = Invocation.of("registry", root, "--json");

            assertThat(all.code()).isZero();
            final JsonNode tree = JSON.readTree(all.out());
            assertThat(tree.get("engine_pid").asLong())
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat(tree.get("count").asInt()).isEqualTo(2);
            final JsonNode amount = tree.get("entries").get(0);
            assertThat(amount.get("namespace").asText()).isEqualTo("agents");
            assertThat(amount.get("name").asText()).isEqualTo("amount");
            assertThat(amount.get("number").asInt()).isEqualTo(3);
            assertThat(amount.get("state").asText()).isEqualTo("UP");
            assertThat(amount.get("shadow").asBoolean()).isTrue();
            assertThat(amount.get("owner").get("kind").asText()).isEqualTo("PROCESS");
            assertThat(amount.get("owner").get("pid").asLong())
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat(amount.get("capabilities").get(0).asText()).isEqualTo("fraud");
            assertThat(amount.get("metadata").get("team").asText()).isEqualTo("red");
            assertThat(amount.get("lease_age_ms").asLong()).isPositive();

            final Invocation one = Invocation.of("registry", root, "--namespace", "services");
            assertThat(one.out())
                    .contains("price", "agent 'pricing' of process", "1 entry")
                    .doesNotContain("amount");
        }
    }

    @Test
    void watchesChangesAsTheyCome() throws Exception {
        final Path root = temporary.resolve("engine");
        try (StoreDirectory directory = StoreDirectory.open(root);
                RegistryBackend registry = RegistryConfig.shared().open(directory.root(), () -> 1_000)) {
            final Stepping out = new Stepping(List.of(
                    () -> registry.register("agents", AgentDescriptor.of("a"), me),
                    () -> registry.update("agents", "a", Map.of("k", "v"), me),
                    () -> registry.unregister("agents", "a", me)));
            final Terminal terminal =
                    new Terminal(new PrintStream(out, false, StandardCharsets.UTF_8), System.err, false);
            final int code =
                    Tagma.execute(terminal, "registry", root.toString(), "--watch", "--json", "--seconds", "0.5");

            assertThat(code).isZero();
            final List<String> lines =
                    out.toString(StandardCharsets.UTF_8).lines().toList();
            assertThat(lines).hasSize(1 + Stepping.CHANGES);
            String before = "";
            for (final String line : lines.subList(1, lines.size())) {
                final String change = JSON.readTree(line).path("change").asText();
                final String expected = switch (before) {
                    case "UP" -> "CHANGED";
                    case "CHANGED" -> "DOWN";
                    case "DOWN" -> "UP";
                    default -> change;
                };
                assertThat(change).isEqualTo(expected);
                before = change;
            }
        }
    }

    /** Output that makes the next change each time the command has written what it knew. */
    private static final class Stepping extends ByteArrayOutputStream {
        static final int CHANGES = 30;

        private final List<Runnable> changes;
        private int made;

        Stepping(final List<Runnable> changes) {
            this.changes = changes;
        }

        @Override
        public void flush() {
            if (made < CHANGES) {
                changes.get(made++ % changes.size()).run();
            }
        }
    }

    @Test
    void saysWhyThereIsNothingToShow() {
        final Path root = temporary.resolve("engine");
        try (StoreDirectory directory = StoreDirectory.open(root)) {
            final Invocation held = Invocation.of("registry", directory.root());
            assertThat(held.code()).isEqualTo(Tagma.EXIT_FAILURE);
            assertThat(held.err()).contains("on its own heap", "RegistryConfig.shared()");
        }
        assertThat(Invocation.of("registry", root).err()).contains("no engine runs");
        assertThat(Invocation.of("registry", temporary.resolve("none")).err()).contains("no engine's directory");
        assertThat(Invocation.of("registry", root, "--seconds", "-1").code()).isEqualTo(Tagma.EXIT_USAGE);
    }
}
