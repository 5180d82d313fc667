/** Parameters that agents share and change together: proposed, voted on, applied at one sequence, kept by version. */
@NullMarked
package io.tagma.engine.council.variable;

import org.jspecify.annotations.NullMarked;
