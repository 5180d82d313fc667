package io.tagma.tools.council;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tagma.engine.council.VoteTerms;
import io.tagma.tools.InputFile;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of ballots: options, roll and terms checked, ballots as they were found. Immutable.
 *
 * @param options in the order of the file, which breaks ties
 * @param weights of the voters, in the order of the roll
 * @param ballots in the order of the file
 * @param threshold a share, or {@link VoteTerms#NO_THRESHOLD}
 * @param quorum a share
 */
record BallotFile(
        List<String> options, Map<String, Double> weights, List<Ballot> ballots, double threshold, double quorum) {
    /** The choice that is none; no option may be called so. */
    static final String ABSTAIN = "abstain";

    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_OPTIONS = 1_000;
    private static final long MAX_CELLS = 1L << 27;
    // NaN is no JSON; read all the same, so that the field that holds it can be named.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * One ballot.
     *
     * @param voter as named in the file
     * @param ranking options as named, the best first; empty to abstain
     * @param veto whether it stops the vote
     * @param fault why it cannot be a ballot, or null
     */
    record Ballot(
            String voter,
            List<String> ranking,
            boolean veto,
            @Nullable String fault) {}

    /**
     * Reads a file.
     *
     * @throws ToolException naming the field and what was expected
     */
    static BallotFile read(final Path file) throws IOException {
        InputFile.require(file, "a file of ballots in JSON");
        if (Files.size(file) > MAX_BYTES) {
            throw new ToolException(file + " is longer than " + MAX_BYTES + " bytes: split the roll");
        }
        final JsonNode root;
        try {
            root = JSON.readTree(Files.readAllBytes(file));
        } catch (final JsonProcessingException e) {
            final String where =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new ToolException(file + where + ": not JSON: " + e.getOriginalMessage());
        }
        return new Parser(file).file(root);
    }

    private record Parser(Path file) {
        BallotFile file(final JsonNode root) {
            fields(root, "the file", Set.of("options", "voters", "ballots", "threshold", "quorum"));
            final List<String> options = options(list(root, "options"));
            final Map<String, Double> weights = roll(list(root, "voters"));
            if ((long) options.size() * weights.size() > MAX_CELLS) {
                throw fault("voters", "a roll whose length times options is at most " + MAX_CELLS, "" + weights.size());
            }
            final List<Ballot> ballots = new ArrayList<>();
            final JsonNode found = list(root, "ballots");
            for (int i = 0; i < found.size(); i++) {
                ballots.add(ballot(found.get(i), "ballots[" + i + "]"));
            }
            final double threshold = share(root, "threshold", VoteTerms.NO_THRESHOLD);
            if (root.hasNonNull("threshold") && threshold == 0.0) {
                throw fault("threshold", "a number above 0 and at most 1", "0");
            }
            return new BallotFile(options, weights, ballots, threshold, share(root, "quorum", 0.0));
        }

        private List<String> options(final JsonNode found) {
            final List<String> options = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                final String field = "options[" + i + "]";
                final String option = name(found.get(i), field);
                if (option.equals(ABSTAIN) || options.contains(option)) {
                    throw fault(field, "a name that no other option has and that is not \"abstain\"", found.get(i));
                }
                options.add(option);
            }
            if (options.isEmpty() || options.size() > MAX_OPTIONS) {
                throw fault("options", "1 to " + MAX_OPTIONS + " options", options.size() + " of them");
            }
            return List.copyOf(options);
        }

        private Map<String, Double> roll(final JsonNode found) {
            final Map<String, Double> weights = new LinkedHashMap<>();
            for (int i = 0; i < found.size(); i++) {
                final String field = "voters[" + i + "]";
                fields(found.get(i), field, Set.of("id", "weight"));
                final String id = name(found.get(i).path("id"), field + ".id");
                if (weights.put(id, weight(found.get(i).path("weight"), field + ".weight")) != null) {
                    throw fault(
                            field + ".id",
                            "a name that no other voter has",
                            found.get(i).path("id"));
                }
            }
            if (weights.isEmpty()) {
                throw fault("voters", "1 voter at least", found);
            }
            final double sum =
                    weights.values().stream().mapToDouble(Double::doubleValue).sum();
            if (!(sum > 0.0 && sum <= Double.MAX_VALUE)) {
                throw fault("voters", "weights with a finite sum above 0", Double.toString(sum));
            }
            return weights;
        }

        private double weight(final JsonNode found, final String field) {
            if (found.isMissingNode() || found.isNull()) {
                return 1.0;
            }
            final double weight = found.isNumber() ? found.doubleValue() : Double.NaN;
            if (!(weight >= 0.0 && weight <= Double.MAX_VALUE)) {
                throw fault(field, "a finite number of 0 or more", found);
            }
            return weight;
        }

        private Ballot ballot(final JsonNode found, final String field) {
            fields(found, field, Set.of("voter", "choice", "ranking", "veto"));
            final String voter = name(found.path("voter"), field + ".voter");
            final JsonNode veto = found.path("veto");
            if (!veto.isMissingNode() && !veto.isBoolean()) {
                throw fault(field + ".veto", "true or false", veto);
            }
            final boolean vetoes = veto.asBoolean(false);
            final JsonNode choice = found.path("choice");
            final JsonNode ranking = found.path("ranking");
            if (!choice.isMissingNode() && !ranking.isMissingNode()) {
                return new Ballot(voter, List.of(), vetoes, "both a choice and a ranking");
            }
            if (!ranking.isMissingNode()) {
                return ranking(voter, ranking, vetoes);
            }
            if (choice.isMissingNode() && !vetoes) {
                return new Ballot(voter, List.of(), false, "neither a choice nor a ranking; to abstain, choose null");
            }
            if (choice.isMissingNode() || choice.isNull() || ABSTAIN.equals(choice.textValue())) {
                return new Ballot(voter, List.of(), vetoes, null);
            }
            return choice.isTextual()
                    ? new Ballot(voter, List.of(choice.textValue()), vetoes, null)
                    : new Ballot(voter, List.of(), vetoes, "choice must be an option, null or \"abstain\": " + choice);
        }

        private static Ballot ranking(final String voter, final JsonNode found, final boolean vetoes) {
            final List<String> ranking = new ArrayList<>();
            for (final JsonNode option : found) {
                if (option.isTextual()) {
                    ranking.add(option.textValue());
                }
            }
            if (!found.isArray() || found.isEmpty() || ranking.size() != found.size()) {
                return new Ballot(
                        voter, List.of(), vetoes, "ranking must be a list of options, the best first: " + found);
            }
            return new Ballot(voter, List.copyOf(ranking), vetoes, null);
        }

        private double share(final JsonNode root, final String field, final double standard) {
            final JsonNode found = root.path(field);
            if (found.isMissingNode() || found.isNull()) {
                return standard;
            }
            final double share = found.isNumber() ? found.doubleValue() : Double.NaN;
            if (!(share >= 0.0 && share <= 1.0)) {
                throw fault(field, "a share, a number from 0 to 1", found);
            }
            return share;
        }

        private JsonNode list(final JsonNode root, final String field) {
            final JsonNode found = root.path(field);
            if (!found.isArray()) {
                throw fault(field, "a list", found);
            }
            return found;
        }

        private String name(final JsonNode found, final String field) {
            if (found.isTextual() && !found.textValue().isBlank()) {
                return found.textValue();
            }
            if (found.isIntegralNumber()) {
                return found.asText();
            }
            throw fault(field, "a name", found);
        }

        // A field that is misspelt would be taken for its default without a word.
        private void fields(final JsonNode found, final String where, final Set<String> known) {
            if (!found.isObject()) {
                throw fault(where, "an object", found);
            }
            found.fieldNames().forEachRemaining(name -> {
                if (!known.contains(name)) {
                    throw new ToolException(file + ": " + where + " has an unknown field '" + name + "'; known are: "
                            + String.join(", ", known.stream().sorted().toList()));
                }
            });
        }

        private ToolException fault(final String field, final String expected, final JsonNode found) {
            return fault(field, expected, found.isMissingNode() ? "missing" : found.toString());
        }

        private ToolException fault(final String field, final String expected, final String found) {
            final String shown = found.length() <= 80 ? found : found.substring(0, 80) + "...";
            return new ToolException(file + ": " + field + " must be " + expected + ": " + shown);
        }
    }
}
