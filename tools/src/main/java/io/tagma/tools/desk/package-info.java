/** The scenario intent-desk: texts are classified, their work is auctioned among operators, outcomes teach both. */
@NullMarked
package io.tagma.tools.desk;

import org.jspecify.annotations.NullMarked;
