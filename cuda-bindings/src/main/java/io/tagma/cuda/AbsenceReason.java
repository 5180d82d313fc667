package io.tagma.cuda;

import java.util.List;

/** Why there is no CUDA driver to use. Immutable; any thread may read it. */
public sealed interface AbsenceReason {

    /** A stable name for logs, metrics and tests, e.g. {@code NO_DRIVER_LIBRARY}. */
    String label();

    /**
     * The driver's library could not be loaded: not installed, not on the loader's path, or not for this processor.
     *
     * @param libraryName what the loader was asked for
     */
    record NoDriverLibrary(String libraryName) implements AbsenceReason {
        @Override
        public String label() {
            return "NO_DRIVER_LIBRARY";
        }
    }

    /**
     * The library is there but lacks calls that Tagma makes; none was made.
     *
     * @param symbols every missing one, at least one
     */
    record SymbolMissing(List<String> symbols) implements AbsenceReason {
        /** Keeps its own copy of the list. */
        public SymbolMissing {
            symbols = List.copyOf(symbols);
        }

        @Override
        public String label() {
            return "SYMBOL_MISSING";
        }
    }

    /**
     * The driver refused to start, or could not say how many devices there are.
     *
     * @param error the call that failed, its code, name and text
     */
    record InitFailed(CudaError error) implements AbsenceReason {
        @Override
        public String label() {
            return "INIT_FAILED";
        }
    }

    /** The driver works but this process may use no device: it answered {@code CUDA_ERROR_NO_DEVICE}, or a count of 0. */
    record NoDevice() implements AbsenceReason {
        @Override
        public String label() {
            return "NO_DEVICE";
        }
    }

    /** The JVM was told to refuse native calls from this module; the library was not looked for. */
    record NativeAccessDenied() implements AbsenceReason {
        @Override
        public String label() {
            return "NATIVE_ACCESS_DENIED";
        }
    }
}
