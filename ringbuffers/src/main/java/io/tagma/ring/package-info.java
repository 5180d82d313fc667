/**
 * Rings of off-heap frame slots between threads, and the duty cycles that empty them.
 *
 * <p>A {@link io.tagma.ring.FrameRing} carries frames (byte strings of at most one slot, each with a class of 0..63) from any
 * number of producers to the one thread that owns its consumer side. Sequencing is the LMAX Disruptor's
 * ({@link com.lmax.disruptor.RingBuffer}, multi-producer); the bytes lie in one preallocated, 64-byte aligned off-heap arena, laid
 * out as {@link io.tagma.ring.FrameSlotLayout} draws it. Expected failure (full, timed out, too long, closed) is a
 * {@link io.tagma.ring.RingCode}, never an exception, and every outcome is counted in {@link io.tagma.ring.RingCounters}.
 *
 * <p>A {@link io.tagma.ring.DutyCycleRunner} runs Agrona agents on a thread each, several on one thread, or stepped by the caller,
 * idling as one of the {@link io.tagma.ring.IdleStrategies} says. Nothing here knows a domain word.
 */
@NullMarked
package io.tagma.ring;

import org.jspecify.annotations.NullMarked;
