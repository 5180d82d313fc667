package io.tagma.cuda;

import java.io.Serial;

/**
 * A driver call failed that was expected to work once the driver had opened. For control-plane calls only; carries the
 * {@link CudaError}.
 */
public final class CudaException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final CudaError error;

    /** An exception whose message is {@link CudaError#message()}. */
    public CudaException(final CudaError error) {
        super(error.message());
        this.error = error;
    }

    /** The same with the two sides of what does not fit, where there is more to say than the driver does. */
    CudaException(final CudaError error, final String addition) {
        super(addition.isEmpty() ? error.message() : error.message() + "; " + addition);
        this.error = error;
    }

    /** Which call failed, with what arguments, and the driver's code, name and text. */
    public CudaError error() {
        return error;
    }
}
