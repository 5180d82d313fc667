package io.tagma.cuda;

import java.io.Serializable;

/**
 * One driver call that did not succeed. Immutable; any thread may read it.
 *
 * @param call the driver's function, e.g. {@code cuDeviceGetName}
 * @param arguments its inputs as {@code name=value}, comma-separated; empty if it has none
 * @param code the driver's answer, never 0
 * @param name the driver's name for the code, e.g. {@code CUDA_ERROR_UNKNOWN}; {@code CUDA_ERROR_<code>} if it has none
 * @param text the driver's sentence for the code; a substitute if it has none
 */
public record CudaError(String call, String arguments, int code, String name, String text) implements Serializable {

    /** {@code CUDA_ERROR_NO_DEVICE}: the driver finds no device that this process may use. */
    public static final int NO_DEVICE = 100;

    /** One line, e.g. {@code cuDeviceGet(ordinal=1) answered 101 CUDA_ERROR_INVALID_DEVICE: invalid device ordinal}. */
    public String message() {
        return call + "(" + arguments + ") answered " + code + " " + name + ": " + text;
    }
}
