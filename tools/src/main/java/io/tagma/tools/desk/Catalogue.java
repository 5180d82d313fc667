package io.tagma.tools.desk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The intents of a desk and their domains, both in alphabetical order. Immutable. */
final class Catalogue {
    private static final String ONE_DOMAIN = "desk";
    private static final TypeReference<TreeMap<String, List<String>>> BY_DOMAIN = new TypeReference<>() {};

    private final List<String> intents;
    private final Map<String, String> domainOf;
    private final Map<String, Integer> numbers = new TreeMap<>();

    private Catalogue(final Map<String, String> domainOf) {
        this.domainOf = domainOf;
        this.intents = List.copyOf(new TreeSet<>(domainOf.keySet()));
        IntStream.range(0, intents.size()).forEach(i -> numbers.put(intents.get(i), i));
    }

    /**
     * The intents of a data set.
     *
     * @param domains JSON of domain to intents, or null for one domain
     * @throws IllegalArgumentException when the file is not that, or leaves an intent without a domain
     */
    static Catalogue of(final List<Utterance> utterances, final @Nullable Path domains) {
        final Map<String, String> given = domains == null ? Map.of() : read(domains);
        final Map<String, String> domainOf = new TreeMap<>();
        for (final Utterance utterance : utterances) {
            final String domain = domains == null ? ONE_DOMAIN : given.get(utterance.intent());
            if (domain == null) {
                throw new IllegalArgumentException(domains + " names no domain for intent '" + utterance.intent()
                        + "'; add it, or leave --domains out");
            }
            domainOf.put(utterance.intent(), domain);
        }
        return new Catalogue(domainOf);
    }

    private static Map<String, String> read(final Path file) {
        try {
            return invert(new ObjectMapper().readValue(file.toFile(), BY_DOMAIN));
        } catch (final JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + " is not JSON of the form {\"domain\": [\"intent\", ...]}: " + e.getOriginalMessage(), e);
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, String> invert(final Map<String, List<String>> byDomain) {
        final Map<String, String> domainOf = new TreeMap<>();
        byDomain.forEach((domain, names) -> names.forEach(name -> domainOf.put(name, domain)));
        return domainOf;
    }

    /** Reads what {@link #toString()} wrote. */
    static Catalogue parse(final String json) {
        try {
            return new Catalogue(invert(new ObjectMapper().readValue(json, BY_DOMAIN)));
        } catch (final JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the journal's catalogue of intents is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Names of the intents by number. */
    List<String> intents() {
        return intents;
    }

    int size() {
        return intents.size();
    }

    /** Number of an intent, or -1. */
    int number(final String intent) {
        return numbers.getOrDefault(intent, -1);
    }

    /** Domain of an intent. */
    String domain(final int intent) {
        final String domain = domainOf.get(intents.get(intent));
        return domain == null ? ONE_DOMAIN : domain;
    }

    /** The domains. */
    List<String> domains() {
        return List.copyOf(new TreeSet<>(domainOf.values()));
    }

    @Override
    public String toString() {
        final Map<String, List<String>> byDomain = new TreeMap<>();
        domainOf.forEach((intent, domain) ->
                byDomain.computeIfAbsent(domain, name -> new ArrayList<>()).add(intent));
        try {
            return new ObjectMapper().writeValueAsString(byDomain);
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException("strings that JSON cannot write", e);
        }
    }
}
