/** {@code tagma models}: which model types there are, and whether a jar or an ONNX file brings another. */
@NullMarked
package io.tagma.tools.models;

import org.jspecify.annotations.NullMarked;
