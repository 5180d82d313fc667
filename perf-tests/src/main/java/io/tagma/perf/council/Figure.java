package io.tagma.perf.council;

/**
 * One figure beside its goal. Immutable.
 *
 * @param name e.g. {@code auction.vickrey.p50}
 * @param value measured
 * @param unit e.g. {@code ns}
 * @param goal the most that it may be; NaN where there is none
 */
record Figure(String name, double value, String unit, double goal) {
    /** Whether it is within its goal; true where there is none. */
    boolean met() {
        return Double.isNaN(goal) || value <= goal;
    }
}
