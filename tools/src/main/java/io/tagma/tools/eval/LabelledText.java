package io.tagma.tools.eval;

/**
 * A text with its label. Immutable.
 *
 * @param label its class by name
 * @param text what was said
 */
record LabelledText(String label, String text) {}
