package io.tagma.tools.desk;

/**
 * One line of a data set. Immutable.
 *
 * @param intent its label
 * @param text what was said
 * @param user who said it, empty where nobody is named
 */
public record Utterance(String intent, String text, String user) {}
