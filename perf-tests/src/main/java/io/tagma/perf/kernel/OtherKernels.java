package io.tagma.perf.kernel;

import io.tagma.engine.kernel.DelegatingKernels;
import io.tagma.engine.kernel.Kernels;

/** Another class of kernels that does what some other does: a third kind of receiver for a call site. Stateless. */
class OtherKernels extends DelegatingKernels {
    OtherKernels(final Kernels kernels) {
        super(kernels);
    }
}
