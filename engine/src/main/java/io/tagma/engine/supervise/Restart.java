package io.tagma.engine.supervise;

/** Whether a child that ended is started again (OTP's restart types). */
public enum Restart {
    /** Always. */
    PERMANENT,
    /** When it failed; not after {@link Exit#NORMAL} or {@link Exit#SHUTDOWN}. */
    TRANSIENT,
    /** Never; once it has ended its supervisor forgets it, also when a group restart stopped it. */
    TEMPORARY;

    /** Whether a child of this type is due again after such an end. */
    boolean isDueAfter(final Exit exit) {
        return this == PERMANENT || (this == TRANSIENT && exit == Exit.FAILURE);
    }
}
