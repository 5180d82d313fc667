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

    /** Whether the driver will answer this error to every later call about the device, for as long as the process lives. */
    public boolean sticky() {
        return isSticky(code);
    }

    /** As the documentation of the driver has it: "the process must be terminated and relaunched". */
    static boolean isSticky(final int code) {
        return switch (code) {
            case 214, // CUDA_ERROR_ECC_UNCORRECTABLE
                    220, // CUDA_ERROR_NVLINK_UNCORRECTABLE
                    226, // CUDA_ERROR_CONTAINED
                    700, // CUDA_ERROR_ILLEGAL_ADDRESS
                    702, // CUDA_ERROR_LAUNCH_TIMEOUT
                    709, // CUDA_ERROR_CONTEXT_IS_DESTROYED
                    710, // CUDA_ERROR_ASSERT
                    714, // CUDA_ERROR_HARDWARE_STACK_ERROR
                    715, // CUDA_ERROR_ILLEGAL_INSTRUCTION
                    716, // CUDA_ERROR_MISALIGNED_ADDRESS
                    717, // CUDA_ERROR_INVALID_ADDRESS_SPACE
                    718, // CUDA_ERROR_INVALID_PC
                    719 // CUDA_ERROR_LAUNCH_FAILED
            -> true;
            default -> false;
        };
    }

    /** One line, e.g. {@code cuDeviceGet(ordinal=1) answered 101 CUDA_ERROR_INVALID_DEVICE: invalid device ordinal}. */
    public String message() {
        return call + "(" + arguments + ") answered " + code + " " + name + ": " + text;
    }
}
