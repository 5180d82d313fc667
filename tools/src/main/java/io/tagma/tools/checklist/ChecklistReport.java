package io.tagma.tools.checklist;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** What a suite found, for machines. Used by one thread. */
final class ChecklistReport {
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();

    ChecklistReport(final String suite, final String model, final List<Verdict> verdicts) {
        root.put("suite", suite);
        root.put("model", model);
        root.put("broken", verdicts.stream().filter(verdict -> !verdict.holds()).count());
        final ArrayNode tests = root.putArray("tests");
        verdicts.forEach(verdict -> add(tests.addObject(), verdict));
    }

    private static void add(final ObjectNode node, final Verdict verdict) {
        node.put("name", verdict.test().name());
        node.put("kind", verdict.test().getClass().getSimpleName().toLowerCase(Locale.ROOT));
        node.put("cases", verdict.cases());
        node.put("failed", verdict.failures());
        node.put("rate", verdict.rate());
        node.put("ceiling", verdict.test().ceiling());
        node.put("holds", verdict.holds());
        verdict.examples().forEach(node.putArray("examples")::add);
    }

    /** Adds what a search found. */
    void add(final EditSearch search) {
        final ObjectNode node = root.putObject("search");
        node.put("texts", search.texts());
        for (int edits = 1; edits <= EditSearch.MOST_EDITS; edits++) {
            node.put("changed_by_" + edits, search.byEdits(edits));
        }
        node.put("unchanged", search.byEdits(0));
        search.examples().forEach(node.putArray("examples")::add);
    }

    /** All of it. */
    ObjectNode json() {
        return root;
    }
}
