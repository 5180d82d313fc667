package io.tagma.perf.kernel;

/**
 * What one kernel of one provider took. Immutable; a figure that means nothing for it is NaN.
 *
 * @param name of the kernel
 * @param shape it worked on
 * @param provider scalar, vector, or c
 * @param ns a call, the best of the rounds
 * @param gflops floating-point operations a nanosecond
 * @param gbps bytes that had to be read a nanosecond
 * @param ofLimit share of this core's own limit, of whichever binds
 */
record Measured(String name, String shape, String provider, double ns, double gflops, double gbps, double ofLimit) {}
