/** Advertising campaigns that bid for the slots of impressions, out of budgets they cannot overspend. */
@NullMarked
package io.tagma.tools.campaign;

import org.jspecify.annotations.NullMarked;
