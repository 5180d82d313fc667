package io.tagma.tools.market;

import io.tagma.engine.market.MicroCredits;
import io.tagma.tools.ToolException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Set;

/**
 * Credits as people write them. Immutable.
 *
 * @param micros in micro-credits; {@link MicroCredits#INVALID} where there is a fault
 * @param fault why this is no amount of a market, else empty
 */
record Amount(long micros, String fault) {
    private static final int MICRO_DIGITS = 6;
    private static final double LARGEST = (double) MicroCredits.MAX / MicroCredits.PER_CREDIT;
    private static final Set<String> NO_NUMBERS =
            Set.of("NaN", "Infinity", "+Infinity", "-Infinity", "INF", "+INF", "-INF");

    static boolean isNoNumber(final String text) {
        return NO_NUMBERS.contains(text);
    }

    /** Reads a number as JSON writes it, to the nearest micro-credit, half to even. */
    static Amount of(final String text) {
        if (isNoNumber(text)) {
            return new Amount(MicroCredits.INVALID, "value " + text + " is not a finite number");
        }
        final double rough = Double.parseDouble(text);
        if (rough < 0) {
            return new Amount(MicroCredits.INVALID, "value " + text + " is negative");
        }
        if (rough > LARGEST) {
            return new Amount(
                    MicroCredits.INVALID,
                    "value " + text + " overflows: the most is " + credits(MicroCredits.MAX) + " credits");
        }
        // An exponent far below zero would make a decimal of as many digits.
        if (rough < 1e-9) {
            return new Amount(0, "");
        }
        return new Amount(
                new BigDecimal(text)
                        .movePointRight(MICRO_DIGITS)
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .longValueExact(),
                "");
    }

    /** An option's value, which must be an amount. */
    static long option(final String name, final String text) {
        Amount amount;
        try {
            amount = of(text.strip());
        } catch (NumberFormatException e) {
            amount = new Amount(MicroCredits.INVALID, "'" + text + "' is not a number");
        }
        if (!amount.fault().isEmpty()) {
            throw ToolException.usage(name + ": " + amount.fault() + "; give credits, e.g. " + name + " 12.5");
        }
        return amount.micros();
    }

    /** Micro-credits as credits, without trailing zeros. */
    static BigDecimal credits(final long micros) {
        return plain(BigDecimal.valueOf(micros, MICRO_DIGITS));
    }

    /** Without trailing zeros and without an exponent. */
    static BigDecimal plain(final BigDecimal credits) {
        final BigDecimal stripped = credits.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
