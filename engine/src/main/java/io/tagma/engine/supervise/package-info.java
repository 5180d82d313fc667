/** Who starts, stops and restarts whom: supervisors after Erlang/OTP, each a state machine and a thread that runs it. */
@NullMarked
package io.tagma.engine.supervise;

import org.jspecify.annotations.NullMarked;
