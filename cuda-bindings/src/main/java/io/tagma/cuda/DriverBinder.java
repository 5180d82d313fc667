package io.tagma.cuda;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.Map;

/** Binds symbols of the driver's library and remembers with what signatures. Used by the thread that opens the driver. */
final class DriverBinder {
    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup library;
    private final Map<String, FunctionDescriptor> bound = new LinkedHashMap<>();

    DriverBinder(final SymbolLookup library) {
        this.library = library;
    }

    /** Binds one symbol, which must be in the library. */
    @SuppressWarnings("restricted") // calling the driver is what this module is for
    MethodHandle bind(final String symbol, final FunctionDescriptor descriptor) {
        bound.put(symbol, descriptor);
        return linker.downcallHandle(library.findOrThrow(symbol), descriptor);
    }

    /** What was bound, in that order. */
    Map<String, FunctionDescriptor> bound() {
        return bound;
    }

    /** A downcall itself throws nothing: what arrives here is a fault of ours, or the JVM running out of something. */
    static IllegalStateException unexpected(final String call, final Throwable thrown) {
        return new IllegalStateException(call + " could not be called from Java", thrown);
    }
}
