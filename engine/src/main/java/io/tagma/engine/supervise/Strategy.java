package io.tagma.engine.supervise;

/** Who is restarted when one child fails (OTP's restart strategies). */
public enum Strategy {
    /** The child that failed. */
    ONE_FOR_ONE,
    /** All children: stopped in reverse order, started in order. */
    ONE_FOR_ALL,
    /** The child that failed and those that were started after it. */
    REST_FOR_ONE
}
