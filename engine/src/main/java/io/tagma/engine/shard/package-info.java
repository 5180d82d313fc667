/** The shard: its step, its journal, its replay. The one package that sees all the others. */
@NullMarked
package io.tagma.engine.shard;

import org.jspecify.annotations.NullMarked;
