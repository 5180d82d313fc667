package io.tagma.store;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Linux's {@code madvise} for mapped files. Stateless, any thread. Where there is no such call it answers that nothing was done.
 * Advice changes when pages come, never what they hold, so an address that is not mapped any more does no harm either.
 */
final class MappedPages {
    private static final int RANDOM = 1; // MADV_RANDOM
    private static final int POPULATE_WRITE = 23; // MADV_POPULATE_WRITE, since Linux 5.14
    private static final @Nullable MethodHandle MADVISE = find();

    private MappedPages() {}

    /** Brings pages in, ready to be written, without touching what they hold. Both arguments are multiples of the page size. */
    static boolean populate(final long address, final long length) {
        return advise(address, length, POPULATE_WRITE);
    }

    /** Switches the device's read-ahead off for faults on these pages. Both arguments are multiples of the page size. */
    static boolean withoutReadAhead(final long address, final long length) {
        return advise(address, length, RANDOM);
    }

    private static boolean advise(final long address, final long length, final int advice) {
        final MethodHandle call = MADVISE;
        if (call == null) {
            return false;
        }
        try {
            return (int) call.invokeExact(address, length, advice) == 0;
        } catch (final Throwable failure) { // what invokeExact declares; the call itself throws nothing
            return false;
        }
    }

    @SuppressWarnings("restricted") // what native access is enabled for
    private static @Nullable MethodHandle find() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return null;
        }
        final Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("madvise")
                .map(symbol ->
                        linker.downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)))
                .orElse(null);
    }
}
