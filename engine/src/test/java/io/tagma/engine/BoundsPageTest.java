package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The page of bounds says what the code does: its limits are the options', its counters are there, and it is current. */
class BoundsPageTest {
    private static final Path PAGE =
            Path.of(System.getProperty("tagma.root", "..")).resolve("docs/bounds.md");

    @Test
    void thePageIsCurrent() throws Exception {
        if (Boolean.getBoolean("tagma.write.pages")) {
            Files.writeString(PAGE, Bounds.page());
        }
        assertThat(Files.readString(PAGE))
                .as("write it anew: run this test with -Dtagma.write.pages=true")
                .isEqualTo(Bounds.page());
    }

    @Test
    void itNamesWhatTrainingKeeps() {
        assertThat(Bounds.page().lines())
                .anyMatch(line ->
                        line.startsWith("| orders that can be undone |") && line.contains("| 16 orders a shard |"))
                .anyMatch(line -> line.startsWith("| hooks around a model |") && line.contains("| 16 hooks a model |"))
                .anyMatch(line -> line.startsWith("| texts that a consolidation keeps |")
                        && line.contains("| 1,048,576 texts a consolidation |"));
    }

    @Test
    void itFollowsTheOptions() {
        final EngineContext context = new EngineContext()
                .ringCapacity(64)
                .faults(FaultLimits.DEFAULT.deadLetters(12))
                .limits(new ShardLimits().maxRows(99).timerCapacity(5));
        assertThat(Bounds.INGRESS.of(context)).isEqualTo(64);
        assertThat(Bounds.DEAD_LETTERS.of(context)).isEqualTo(12);
        assertThat(Bounds.ROWS.of(context)).isEqualTo(99);
        assertThat(Bounds.TIMERS.of(context)).isEqualTo(5);
    }

    @Test
    void everyCounterIsABeansAttributeAndEveryOptionASetter() throws Exception {
        for (final Bounds bound : Bounds.values()) {
            if (!bound.counter().startsWith("none") && !bound.counter().startsWith("what ")) {
                for (final String counter : bound.counter().split("[,;] ", -1)) {
                    final String[] parts = counter.split("\\.", -1);
                    final Class<?> bean = Class.forName("io.tagma.engine.observe." + parts[0] + "MXBean");
                    assertThat(names(bean)).as("%s of %s", counter, bound).contains("get" + parts[1]);
                }
            }
            final String option = bound.option();
            if (!Character.isUpperCase(option.charAt(0))) {
                final int dot = option.indexOf('.');
                final Class<?> holder = switch (dot < 0 ? "" : option.substring(0, dot)) {
                    case "limits" -> ShardLimits.class;
                    case "faults" -> FaultLimits.class;
                    default -> EngineContext.class;
                };
                assertThat(names(holder)).as("option of %s", bound).contains(option.substring(dot + 1));
            }
        }
    }

    private static Set<String> names(final Class<?> type) {
        final Set<String> names = new HashSet<>();
        Arrays.stream(type.getMethods()).map(Method::getName).forEach(names::add);
        assertThat(names).as(type.getName().toLowerCase(Locale.ROOT)).isNotEmpty();
        return names;
    }
}
