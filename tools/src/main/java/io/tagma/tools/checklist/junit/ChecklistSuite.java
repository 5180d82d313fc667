package io.tagma.tools.checklist.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a JUnit test method once for each behavioural test of a suite. The method takes the test as a
 * {@link io.tagma.tools.checklist.ChecklistCase} and puts it to its model:
 *
 * <pre>{@code
 * @ChecklistSuite(value = "suite.yaml", unseen = "unseen.tsv")
 * void behaves(final ChecklistCase test) {
 *     test.verify(model);
 * }
 * }</pre>
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(ChecklistExtension.class)
public @interface ChecklistSuite {
    /** The suite: a file, else a resource beside the test class, or {@code builtin}. */
    String value();

    /** {@code INTENT<tab>TEXT} lines that the model was not taught, found like the suite; none unless said. */
    String unseen() default "";

    /** Of the changes. */
    long seed() default 1;
}
