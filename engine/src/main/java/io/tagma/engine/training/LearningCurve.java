package io.tagma.engine.training;

import java.util.ArrayList;
import java.util.List;

/**
 * The losses of a model as it learns, by windows, with confidence bands, and what they say: it goes on getting better, it has come to a
 * plateau, or it diverges. Owned by one thread.
 *
 * <p>It diverges when a loss is not finite, or when two windows in a row are both {@value #WORSE} times the best window's geometric mean and four
 * standard errors of its logarithm above it: on the logarithm, losses that explode do not hide in their own spread. It is at a plateau when the best window is {@code patience} windows old, an improvement being {@value #IMPROVEMENT} of
 * the best at least and one standard error. Divergence is seen within three windows.
 */
public final class LearningCurve {
    /** How much worse than the best a window is that diverges. */
    public static final double WORSE = 1.5;
    /** Share of the best loss that counts as an improvement. */
    public static final double IMPROVEMENT = 0.01;

    private static final double ERRORS = 4;
    private static final double BAND = 1.96; // 95 % of a normal distribution
    private static final int MOST_POINTS = 4096;
    private static final double FLOOR = 1e-6; // a loss below which nothing is told from nothing

    private final int window;
    private final int patience;
    private final List<Point> points = new ArrayList<>();
    private int count;
    private double mean;
    private double squares;
    private double logMean;
    private double logSquares;
    private double bestLog = Double.POSITIVE_INFINITY;
    private double bestLogError;
    private double best = Double.POSITIVE_INFINITY;
    private double bestError;
    private int sinceBest;
    private int worse;
    private long events;
    private State state = State.LEARNING;

    /** What the curve says. */
    public enum State {
        /** Better than it was, or too early to say. */
        LEARNING,
        /** No better for as long as one is patient. */
        PLATEAU,
        /** Getting worse and worse. */
        DIVERGED
    }

    /**
     * One window.
     *
     * @param events up to its end
     * @param loss mean
     * @param low end of the 95 % band of the mean
     * @param high end of the band
     */
    public record Point(long events, double loss, double low, double high) {}

    /**
     * A curve without points.
     *
     * @param window events, 2 or more; 100 shows divergence within 300
     * @param patience windows, 1 or more
     */
    public LearningCurve(final int window, final int patience) {
        if (window < 2 || patience < 1) {
            throw new IllegalArgumentException(
                    "a window has 2 events or more, patience is 1 or more: " + window + ", " + patience);
        }
        this.window = window;
        this.patience = patience;
    }

    /** The loss of one event, 0 or more, before the model learnt from it; a divergence stays once seen. */
    public State add(final double loss) {
        events++;
        if (!Double.isFinite(loss)) {
            state = State.DIVERGED;
        }
        if (state == State.DIVERGED) {
            return state;
        }
        count++;
        final double delta = loss - mean;
        mean += delta / count;
        squares += delta * (loss - mean);
        final double log = Math.log(Math.max(loss, FLOOR));
        final double logDelta = log - logMean;
        logMean += logDelta / count;
        logSquares += logDelta * (log - logMean);
        if (count == window) {
            close(Math.sqrt(squares / (count - 1) / count), Math.sqrt(logSquares / (count - 1) / count));
            count = 0;
            mean = 0;
            squares = 0;
            logMean = 0;
            logSquares = 0;
        }
        return state;
    }

    private void close(final double error, final double logError) {
        if (points.size() < MOST_POINTS) {
            points.add(new Point(events, mean, mean - BAND * error, mean + BAND * error));
        }
        final double spread = Math.hypot(error, bestError);
        final double far = Math.max(Math.log(WORSE), ERRORS * Math.hypot(logError, bestLogError));
        worse = logMean > bestLog + far ? worse + 1 : 0;
        if (logMean < bestLog) {
            bestLog = logMean;
            bestLogError = logError;
        }
        if (mean < best - Math.max(IMPROVEMENT * best, spread) || best == Double.POSITIVE_INFINITY) {
            best = mean;
            bestError = error;
            sinceBest = 0;
        } else {
            sinceBest++;
        }
        state = worse >= 2 ? State.DIVERGED : sinceBest >= patience ? State.PLATEAU : State.LEARNING;
    }

    /** What it says now. */
    public State state() {
        return state;
    }

    /** Whether to stop early: there is nothing to be gained, or much to be lost. */
    public boolean stops() {
        return state != State.LEARNING;
    }

    /** The windows, the first 4,096 of them. */
    public List<Point> points() {
        return List.copyOf(points);
    }
}
