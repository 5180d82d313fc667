/** Frames on their way in: what callers submit, how it is checked, encoded and given to a shard. */
@NullMarked
package io.tagma.engine.ingest;

import org.jspecify.annotations.NullMarked;
