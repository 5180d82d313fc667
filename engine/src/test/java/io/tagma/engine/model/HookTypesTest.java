package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class HookTypesTest {
    @Test
    void aHookIsReadBackFromItsWordsBitForBit() {
        for (final String hook : List.of(
                "transform:3:0.1:-7.0E-8",
                "mask:0",
                "swap:1:2",
                "replace:ensemble",
                "shadow:drift-aware:softmax-adagrad:reset",
                "blend:drift-aware:softmax-adagrad:reset:0.3")) {
            final ModelHook read = HookTypes.builtIn().parse(hook);
            assertThat(read).hasToString(hook);
            assertThat(HookTypes.builtIn().parse(read.toString())).isEqualTo(read);
        }
        assertThat(HookTypes.builtIn().parse("scale:1:2.5")).isEqualTo(new ModelHook.Transform(1, 2.5f, 0f));
        assertThat(((ModelHook.Blend) HookTypes.builtIn().parse("blend:a:b:0.5")).type())
                .isEqualTo("a:b");
    }

    @Test
    void whatIsNoHookIsNamedWithWhatThereIs() {
        refused("explode:1", "no hook 'explode'", "mask:INDEX", "blend:TYPE:SHARE");
        refused("mask", "'mask' is written: mask:INDEX");
        refused("mask:1:2", "is written: mask:INDEX");
        refused("scale:1:big", "not a number", "big", "scale:INDEX:FACTOR");
        refused("scale:1:NaN", "finite", "NaN");
        refused("mask:-1", "0 to 1023", "-1");
        refused("blend:ensemble:1.5", "0 to 1", "1.5");
    }

    private static void refused(final String hook, final String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HookTypes.builtIn().parse(hook))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void aRegistryTakesHooksOfOnesOwnButNoNameTwice() {
        final HookTypes more = HookTypes.builtIn()
                .with("negate:INDEX", p -> new ModelHook.Transform(Integer.parseInt(p.getFirst()), -1f, 0f));

        assertThat(more.parse("negate:2")).isEqualTo(new ModelHook.Transform(2, -1f, 0f));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HookTypes.builtIn().parse("negate:2"))
                .withMessageContaining("no hook 'negate'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> more.with("mask:ALL", p -> new ModelHook.Mask(0)))
                .withMessageContaining("'mask'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> more.with("Mask:ALL", p -> new ModelHook.Mask(0)))
                .withMessageContaining("lower case");
    }
}
