package io.tagma.cuda;

/**
 * What {@link CudaDriver#open()} found: a driver that works, or its absence and why. Immutable; any thread may read it.
 *
 * <p>Absence is an ordinary outcome, so it is a value and not an exception:
 *
 * {@snippet :
 * switch (CudaDriver.open()) {
 *     case CudaAvailability.Available(CudaDriver driver) -> use(driver);
 *     case CudaAvailability.Absent(AbsenceReason reason, String detail) -> log(reason.label(), detail);
 * }
 * }
 */
public sealed interface CudaAvailability {

    /**
     * The driver answered and has at least one device.
     *
     * @param driver initialised; the caller closes it
     */
    record Available(CudaDriver driver) implements CudaAvailability {}

    /**
     * There is nothing to compute on.
     *
     * @param reason why, for code
     * @param detail why and what would help, one line for an operator's log
     */
    record Absent(AbsenceReason reason, String detail) implements CudaAvailability {}
}
