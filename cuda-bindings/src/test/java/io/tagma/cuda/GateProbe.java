package io.tagma.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The program of a child JVM: opens the driver twice and writes what it found, one line each, to a file. */
final class GateProbe {

    private GateProbe() {}

    /** Arguments: the file to write, then the library's name, or nothing for the default. */
    public static void main(final String[] arguments) throws IOException {
        final String library = arguments.length > 1 ? arguments[1] : CudaDriver.LIBRARY_NAME;
        Files.writeString(Path.of(arguments[0]), found(library) + "\n" + found(library) + "\n");
    }

    private static String found(final String library) {
        final CudaAvailability found =
                library.equals(CudaDriver.LIBRARY_NAME) ? CudaDriver.open() : CudaDriver.open(library);
        return switch (found) {
            case CudaAvailability.Available available ->
                "AVAILABLE " + available.driver().devices();
            case CudaAvailability.Absent absent -> absent.reason().label() + " " + absent.detail();
        };
    }
}
