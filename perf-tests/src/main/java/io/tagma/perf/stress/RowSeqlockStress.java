package io.tagma.perf.stress;

import io.tagma.store.ProfileReader;
import io.tagma.store.ProfileRow;
import io.tagma.store.RowHeader;
import io.tagma.store.StoreCode;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The owner updates a row twice while another thread reads it: what is read is one version, whole. */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "before both updates")
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "between the two")
@Outcome(id = "2, 2, 2", expect = Expect.ACCEPTABLE, desc = "after both")
@Outcome(id = "-5, -5, -5", expect = Expect.ACCEPTABLE, desc = "changed under every attempt: busy")
@Outcome(expect = Expect.FORBIDDEN, desc = "a mixture of versions, or a whole row taken for damaged")
@State
public class RowSeqlockStress {
    private static final ThreadLocal<ProfileReader> READER = ThreadLocal.withInitial(SharedRows::reader);
    private static final int LAST = SharedRows.DIMENSION - 1;

    private final ProfileRow row = SharedRows.take();
    private final long subject = row.subject();
    private final float[] seen = new float[SharedRows.DIMENSION];
    private final RowHeader header = new RowHeader();

    /** The owner. */
    @Actor
    public void owner() {
        update(1f);
        update(2f);
    }

    private void update(final float value) {
        row.beginUpdate();
        row.set(0, value);
        row.set(LAST, value);
        row.endUpdate((long) value);
    }

    /** Anyone else. */
    @Actor
    public void reader(final III_Result result) {
        final int code = READER.get().read(subject, seen, header);
        result.r1 = code == StoreCode.OK ? (int) seen[0] : code;
        result.r2 = code == StoreCode.OK ? (int) seen[LAST] : code;
        result.r3 = code == StoreCode.OK ? (int) header.updatedNs() : code;
    }
}
