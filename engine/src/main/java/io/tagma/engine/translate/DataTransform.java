package io.tagma.engine.translate;

/**
 * From values of one kind to values of another: {@code to = scale * from + shift}, exactly or with a loss. Immutable.
 *
 * @param from kind, or a pattern that ends in {@code *}
 * @param to kind
 * @param scale factor, finite, not 0
 * @param shift added, finite
 * @param loss 0 where nothing is lost, else up to 1
 */
public record DataTransform(String from, String to, float scale, float shift, double loss) {
    /** Checks the ranges. */
    public DataTransform {
        if (!Float.isFinite(scale) || scale == 0 || !Float.isFinite(shift) || !(loss >= 0 && loss <= 1)) {
            throw new IllegalArgumentException("a transform from " + from + " to " + to
                    + " has a finite scale other than 0, a finite shift and a loss from 0 to 1: " + scale + ", " + shift
                    + ", " + loss);
        }
    }

    boolean takes(final String kind) {
        return from.endsWith("*") ? kind.startsWith(from.substring(0, from.length() - 1)) : from.equals(kind);
    }

    /** Length of what it names: an exact kind beats any pattern, a longer pattern a shorter. */
    int specificity() {
        return from.endsWith("*") ? from.length() - 1 : Integer.MAX_VALUE;
    }

    float apply(final float value) {
        return Math.fma(scale, value, shift);
    }
}
