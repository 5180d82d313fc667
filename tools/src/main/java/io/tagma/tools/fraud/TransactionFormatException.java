package io.tagma.tools.fraud;

import java.nio.file.Path;

/** A file of transactions that cannot be used, said to its owner: file, line, what was found, what was expected. */
public final class TransactionFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long line;

    TransactionFormatException(final Path file, final long line, final String found, final String expected) {
        super(file + ", line " + line + ": found " + found + ", expected " + expected);
        this.line = line;
    }

    TransactionFormatException(
            final Path file, final long line, final String found, final String expected, final Throwable cause) {
        super(file + ", line " + line + ": found " + found + ", expected " + expected, cause);
        this.line = line;
    }

    /** Returns the line, counted from 1. */
    public long line() {
        return line;
    }
}
