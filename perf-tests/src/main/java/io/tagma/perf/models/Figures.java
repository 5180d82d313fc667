package io.tagma.perf.models;

/**
 * What one model showed on one set of data. Immutable.
 *
 * @param name of the variant
 * @param data it was measured on
 * @param accuracy percent
 * @param learnPerS examples learnt a second, one thread
 * @param classifyP50Us median of a prediction, microseconds, with the clock's cost in it
 * @param classifyP99Us 99th percentile, likewise
 */
record Figures(
        String name, String data, double accuracy, double learnPerS, double classifyP50Us, double classifyP99Us) {}
