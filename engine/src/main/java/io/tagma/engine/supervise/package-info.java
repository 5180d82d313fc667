/** Supervision as Erlang's OTP has it: children in order, restarts by strategy and within an intensity, escalation. */
@NullMarked
package io.tagma.engine.supervise;

import org.jspecify.annotations.NullMarked;
