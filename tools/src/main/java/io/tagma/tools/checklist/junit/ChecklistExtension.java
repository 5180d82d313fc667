package io.tagma.tools.checklist.junit;

import io.tagma.tools.checklist.ChecklistCase;
import io.tagma.tools.desk.Utterance;
import io.tagma.tools.desk.UtteranceFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** The JUnit 5 extension behind {@link ChecklistSuite}. Stateless. */
public final class ChecklistExtension implements TestTemplateInvocationContextProvider {
    private static final String BUILT_IN = "builtin";

    /** For JUnit. */
    public ChecklistExtension() {}

    @Override
    public boolean supportsTestTemplate(final ExtensionContext context) {
        return context.getRequiredTestMethod().isAnnotationPresent(ChecklistSuite.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(final ExtensionContext context) {
        final Method method = context.getRequiredTestMethod();
        try {
            return cases(method, method.getAnnotation(ChecklistSuite.class)).stream()
                    .map(Invocation::new);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<ChecklistCase> cases(final Method method, final ChecklistSuite suite) throws IOException {
        final List<Utterance> unseen = suite.unseen().isEmpty() ? List.of() : utterances(method, suite.unseen());
        if (suite.value().equals(BUILT_IN)) {
            return ChecklistCase.builtIn(unseen, suite.seed());
        }
        try (InputStream yaml = open(method, suite.value())) {
            return ChecklistCase.read(suite.value(), yaml, unseen, suite.seed());
        }
    }

    private static List<Utterance> utterances(final Method method, final String name) throws IOException {
        if (Files.isRegularFile(Path.of(name))) {
            return UtteranceFile.read(Path.of(name));
        }
        final Path copy = Files.createTempFile("checklist-", name.endsWith(".gz") ? ".tsv.gz" : ".tsv");
        try (InputStream in = open(method, name)) {
            Files.write(copy, in.readAllBytes());
            return UtteranceFile.read(copy);
        } finally {
            Files.delete(copy);
        }
    }

    private static InputStream open(final Method method, final String name) throws IOException {
        if (Files.isRegularFile(Path.of(name))) {
            return Files.newInputStream(Path.of(name));
        }
        final InputStream resource = method.getDeclaringClass().getResourceAsStream(name);
        if (resource == null) {
            throw new ExtensionConfigurationException("@ChecklistSuite of " + method + ": '" + name
                    + "' is neither a file under " + Path.of("").toAbsolutePath() + " nor a resource beside "
                    + method.getDeclaringClass().getName());
        }
        return resource;
    }

    /** One run of the method. */
    private record Invocation(ChecklistCase test) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(final int index) {
            return test.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Parameter(test));
        }
    }

    /** Hands the test over. */
    private record Parameter(ChecklistCase test) implements ParameterResolver {
        @Override
        public boolean supportsParameter(final ParameterContext parameter, final ExtensionContext context) {
            return parameter.getParameter().getType() == ChecklistCase.class;
        }

        @Override
        public Object resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
            return test;
        }
    }
}
