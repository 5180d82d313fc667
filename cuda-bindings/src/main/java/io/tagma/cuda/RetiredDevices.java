package io.tagma.cuda;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The devices that this process may use no more, and the errors that ended it; any thread.
 *
 * <p>Static, because the thing it describes is the process's: after an error such as an illegal address the driver answers the
 * same error to whatever the process asks of that device, in any context, until it ends.
 */
final class RetiredDevices {
    private static final Map<String, CudaError> RETIRED = new ConcurrentHashMap<>();

    private RetiredDevices() {}

    /** Notes the first error that ended the use of a device. */
    static void retire(final String libraryName, final int ordinal, final CudaError error) {
        RETIRED.putIfAbsent(libraryName + '#' + ordinal, error);
    }

    static Optional<CudaError> retirement(final String libraryName, final int ordinal) {
        return Optional.ofNullable(RETIRED.get(libraryName + '#' + ordinal));
    }
}
