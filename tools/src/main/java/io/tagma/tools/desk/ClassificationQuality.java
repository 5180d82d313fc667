package io.tagma.tools.desk;

/** Accuracy and macro-averaged F1 of single-label answers. Not thread-safe. */
final class ClassificationQuality {
    private final long[] truePositive;
    private final long[] answered;
    private final long[] meant;
    private long count;
    private long right;

    ClassificationQuality(final int classes) {
        truePositive = new long[classes];
        answered = new long[classes];
        meant = new long[classes];
    }

    void add(final int label, final int answer) {
        count++;
        meant[label]++;
        answered[answer]++;
        if (label == answer) {
            right++;
            truePositive[label]++;
        }
    }

    long count() {
        return count;
    }

    /** Share of right answers, 0 to 1; NaN before the first. */
    double accuracy() {
        return count == 0 ? Double.NaN : (double) right / count;
    }

    /** Mean over the classes that occurred of 2 tp / (2 tp + fp + fn). */
    double macroF1() {
        double sum = 0;
        int classes = 0;
        for (int i = 0; i < meant.length; i++) {
            if (meant[i] > 0) {
                classes++;
                sum += 2.0 * truePositive[i] / (meant[i] + answered[i]);
            }
        }
        return classes == 0 ? Double.NaN : sum / classes;
    }
}
