package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.profile.SimilarRows;
import io.tagma.store.HotConfig;
import io.tagma.store.HotTier;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.ProfileStoreConfig;
import io.tagma.store.TierLedger.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hot rows' copy on a GPU: whatever came and went, a search there answers as one by the processor does. */
class HotCopyTest {
    private static final int D = 10;
    private static final int HOT = 300;
    private static final int WANTED = 6;
    private static final long SLAB_BYTES = HOT * 64L;

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(41);
    private int opened;

    private ProfileStore store() {
        final Path file = folder.resolve("rows-" + opened++ + ".dat");
        return ProfileStore.open(
                new ProfileStoreConfig(file, 4000, D, 1, 0, ProfileStoreConfig.Mode.CREATE).withHot(HotConfig.of(HOT)));
    }

    private static CudaKernels kernels(final CudaStandIn driver) {
        return new CudaKernels(CudaGpu.open(driver.library()), new ScalarKernels(), 1);
    }

    private void updates(final ProfileStore store, final ProfileRow row, final int count) {
        for (int i = 0; i < count; i++) {
            row.wrap(store.acquireRow((long) (2000 * Math.pow(random.nextDouble(), 3))));
            row.beginUpdate();
            row.set(random.nextInt(D), (float) (random.nextDouble() * 2 - 1));
            row.endUpdate(1);
        }
    }

    /** Searches by both, which must find the same subjects with the same bits; how many searches there were. */
    private static int compare(
            final String what, final HotTier hot, final SimilarRows device, final SimilarRows processor) {
        final long[] found = new long[WANTED];
        final long[] expected = new long[WANTED];
        final float[] cosines = new float[WANTED];
        final float[] expectedCosines = new float[WANTED];
        int searches = 0;
        for (int slot = 0; slot < hot.count(); slot += 75) {
            final long subject = hot.subject(slot);
            final int count = processor.find(subject, expected, expectedCosines);
            assertThat(device.find(subject, found, cosines)).as(what).isEqualTo(count);
            for (int i = 0; i < count; i++) {
                assertThat(found[i]).as(what).isEqualTo(expected[i]);
                assertThat(Float.floatToRawIntBits(cosines[i]))
                        .as(what)
                        .isEqualTo(Float.floatToRawIntBits(expectedCosines[i]));
            }
            searches++;
        }
        return searches;
    }

    @Test
    void aSearchThereIsTheSameWhateverCameAndWent() throws IOException {
        final CudaStandIn driver = CudaStandIn.in(folder).configure("devices=1");
        try (ProfileStore store = store();
                CudaKernels cuda = kernels(driver)) {
            final HotTier hot = Objects.requireNonNull(store.hot());
            final ProfileRow row = store.newRow();
            try (SimilarRows device = new SimilarRows(cuda, hot);
                    SimilarRows processor = new SimilarRows(new ScalarKernels(), hot)) {
                assertThat(device.whyNoCopy()).isEmpty();
                assertThat(processor.whyNoCopy()).isEqualTo("there is no GPU");
                int searches = 0;
                for (int round = 0; round < 12; round++) {
                    updates(store, row, round == 0 ? 5000 : 200);
                    searches += compare("round " + round, hot, device, processor);
                    assertThat(store.ledger().used(Tier.HOT_DEVICE)).isEqualTo(SLAB_BYTES);
                    assertThat(store.ledger().peak(Tier.HOT_DEVICE))
                            .isLessThanOrEqualTo(store.ledger().budget(Tier.HOT_DEVICE));
                }
                assertThat(cuda.rows().onDevice()).isEqualTo(searches);
                assertThat(store.ledger().hotAdmissions()).isGreaterThan(HOT);
            }
            assertThat(store.ledger().used(Tier.HOT_DEVICE)).isZero();
        }
        assertThat(driver.live("all")).isZero();
        assertThat(driver.misuses()).isZero();
    }

    /** A second copy would be more than the ledger has. */
    @Test
    void theLedgerGivesOneCopyAndTakesItBack() throws IOException {
        final CudaStandIn driver = CudaStandIn.in(folder).configure("devices=1");
        try (ProfileStore store = store();
                CudaKernels cuda = kernels(driver)) {
            final HotTier hot = Objects.requireNonNull(store.hot());
            updates(store, store.newRow(), 3000);
            final SimilarRows first = new SimilarRows(cuda, hot);
            final SimilarRows second = new SimilarRows(cuda, hot);
            assertThat(second.whyNoCopy()).contains("ledger");
            compare("the second is the processor's", hot, first, second);
            second.close();
            assertThat(store.ledger().used(Tier.HOT_DEVICE)).isEqualTo(SLAB_BYTES);
            first.close();
            assertThat(store.ledger().used(Tier.HOT_DEVICE)).isZero();
            try (SimilarRows third = new SimilarRows(cuda, hot)) {
                assertThat(third.whyNoCopy()).isEmpty();
                compare("the third has a copy of its own", hot, third, second);
            }
        }
        assertThat(driver.live("all")).isZero();
    }

    @Test
    void memoryThatCannotBeHadLeavesTheSearchToTheProcessor() throws IOException {
        final CudaStandIn driver = CudaStandIn.in(folder);
        for (final String call : new String[] {"cuMemAlloc_v2", "cuMemHostAlloc"}) {
            // Each of the allocations in turn, one at a time; and one more, which none is.
            for (int n = 1; n <= 5; n++) {
                driver.configure("devices=1 " + call + "#" + n + "=2");
                try (ProfileStore store = store();
                        CudaKernels cuda = kernels(driver)) {
                    final HotTier hot = Objects.requireNonNull(store.hot());
                    updates(store, store.newRow(), 2000);
                    final SimilarRows device = new SimilarRows(cuda, hot);
                    final boolean failed = driver.calls(call) >= n;
                    assertThat(device.whyNoCopy().isEmpty()).as(call + n).isEqualTo(!failed);
                    assertThat(device.whyNoCopy()).contains(failed ? "2 CUDA_ERROR_OUT_OF_MEMORY" : "");
                    assertThat(store.ledger().used(Tier.HOT_DEVICE)).isEqualTo(failed ? 0 : SLAB_BYTES);
                    compare(call + n, hot, device, new SimilarRows(new ScalarKernels(), hot));
                }
                assertThat(driver.live("all")).isZero();
            }
        }
    }

    /** Calls that fail once in a while, and then one that ends the device: no search is lost, and the copy's bytes come back. */
    @Test
    void aGpuThatFailsLosesNoSearch() throws IOException {
        final CudaStandIn driver = CudaStandIn.in(folder);
        for (final String fault : new String[] {
            "cuLaunchKernel#9=999",
            "cuStreamSynchronize#5=999",
            "cuMemcpyHtoDAsync_v2#4=999",
            "cuStreamSynchronize#7=719"
        }) {
            driver.configure("devices=1 " + fault);
            try (ProfileStore store = store();
                    CudaKernels cuda = kernels(driver)) {
                final HotTier hot = Objects.requireNonNull(store.hot());
                final ProfileRow row = store.newRow();
                final SimilarRows device = new SimilarRows(cuda, hot);
                for (int round = 0; round < 4; round++) {
                    updates(store, row, 1000);
                    compare(fault, hot, device, new SimilarRows(new ScalarKernels(), hot));
                }
                assertThat(cuda.rows().redone()).as(fault).isEqualTo(1);
                final boolean retired = fault.endsWith("719");
                assertThat(cuda.givenUp().isEmpty()).isEqualTo(!retired);
                assertThat(store.ledger().used(Tier.HOT_DEVICE)).isEqualTo(retired ? 0 : SLAB_BYTES);
            }
            assertThat(driver.live("all")).isZero();
        }
    }
}
