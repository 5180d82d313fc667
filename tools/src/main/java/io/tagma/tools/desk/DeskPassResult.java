package io.tagma.tools.desk;

import org.HdrHistogram.Histogram;

/**
 * A pass and what it took.
 *
 * @param quality what it showed
 * @param decisions how many were made
 * @param outcomes how many taught
 * @param latencyNs from asking to the answer
 */
public record DeskPassResult(DeskResult quality, long decisions, long outcomes, Histogram latencyNs) {}
