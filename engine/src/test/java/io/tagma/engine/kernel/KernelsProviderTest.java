package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.kernel.KernelsProvider.Selection;
import org.junit.jupiter.api.Test;

class KernelsProviderTest {
    @Test
    void scalarIsTakenWhenAskedFor() {
        final Selection selection = KernelsProvider.select("Scalar");

        assertThat(selection.kernels().name()).isEqualTo("scalar");
        assertThat(selection.fallback()).isFalse();
        assertThat(selection.reason()).contains("as configured");
    }

    @Test
    void autoTakesVectorsWhereTheModuleIs() {
        final Selection selection = KernelsProvider.select("auto");

        assertThat(selection.kernels().name()).isEqualTo("vector");
        assertThat(selection.reason()).contains("bits").contains("found here");
    }

    @Test
    void aFallbackSaysWhatIsMissingAndWhatWouldHelp() {
        final Selection selection = KernelsProvider.vectorOrScalar("vector", false);

        assertThat(selection.kernels().name()).isEqualTo("scalar");
        assertThat(selection.fallback()).isTrue();
        assertThat(selection.reason()).contains("--add-modules jdk.incubator.vector");
    }

    @Test
    void withoutAGpuTheProcessorGoesOnAndTheReasonSaysWhatIsMissing() {
        CudaStandIn.useNone();
        try (Selection selection = KernelsProvider.select("cuda")) {
            assertThat(selection.kernels().name()).isEqualTo("vector");
            assertThat(selection.requested()).isEqualTo("cuda");
            assertThat(selection.fallback()).isTrue();
            assertThat(selection.reason())
                    .contains("without a GPU", "NO_DRIVER_LIBRARY", CudaStandIn.NONE, "installed");
        } finally {
            CudaStandIn.forget();
        }
    }

    @Test
    void anotherNameIsRefused() {
        assertThatThrownBy(() -> KernelsProvider.select("cuda9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("auto, scalar, vector or cuda")
                .hasMessageContaining("cuda");
    }

    @Test
    void theSelfCheckFindsAProviderThatDisagrees() {
        final Kernels sloppy = (Kernels) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                    final Object result = method.invoke(new ScalarKernels(), arguments);
                    if (method.getName().equals("sparseScores")) {
                        ((float[]) arguments[4])[0] += 1e-6f;
                    }
                    return result;
                });

        assertThat(KernelsSelfCheck.firstDifference(sloppy)).contains("sparse");
        assertThat(KernelsSelfCheck.firstDifference(new ScalarKernels())).isEmpty();
    }
}
