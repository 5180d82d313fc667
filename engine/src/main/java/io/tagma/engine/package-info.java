/** The engine: {@code Engine.launch(EngineContext)}. */
@NullMarked
package io.tagma.engine;

import org.jspecify.annotations.NullMarked;
